"""A stream as both ends see it: which send a byte came from, and which recv it came with."""

import html
import re

import pytest

from netlib import language
from netlib.pieces import Pieces

WORDS = (b"hello", b"world", b"egon")


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def test_the_text_has_a_border_for_each_recv_and_a_letter_for_each_byte() -> None:
    assert str(Pieces(WORDS, cut(b"helloworldegon", 9))).splitlines() == [
        "recv  |helloworl|degon|",
        "send   aaaaabbbb bcccc",
    ]


def test_bytes_that_are_no_text_are_shown_in_hex() -> None:
    assert str(Pieces((b"\0\2hi", b"\0\0"), (b"\0\2h", b"i\0\0"))).splitlines() == [
        "recv  | 00 02 68| 69 00 00|",
        "send     a  a  a   a  b  b",
    ]


def test_what_is_too_long_to_read_is_counted() -> None:
    above, below = str(Pieces((bytes(100).replace(b"\0", b"x"),), (b"x" * 50, b"x" * 50))).split(
        "\n"
    )
    assert above.endswith("|xxxxxxxxxx … 40 B|")
    assert below.count("a") == 60


def test_less_may_have_come_than_was_sent_but_nothing_else() -> None:
    assert "|he|" in str(Pieces(WORDS, (b"he",)))
    assert str(Pieces(WORDS, ())).startswith("recv  ||")
    with pytest.raises(ValueError, match="got other bytes"):
        Pieces(WORDS, (b"hers",))


@pytest.mark.parametrize(("code", "legend"), [("en", "one recv"), ("zh", "一次 recv")])
def test_the_page_says_the_same_in_the_readers_language(code: str, legend: str) -> None:
    language.use(code)
    shown = Pieces(WORDS, cut(b"helloworldegon", 9))._repr_mimebundle_()
    text = html.unescape(re.sub(r"<[^>]*>", "", shown["text/html"]))
    assert text.startswith("helloworlaaaaabbbbdegonbcccc")
    assert legend in text
    assert shown["text/html"].count("border:2px") == 2
    assert shown["text/plain"] == str(Pieces(WORDS, cut(b"helloworldegon", 9)))
