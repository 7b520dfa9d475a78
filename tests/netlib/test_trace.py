import dataclasses

import pytest

from netlib.trace import Message, Note, summary


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (b"", "0 B"),
        (b"hello", "5 B: hello"),
        ("你好".encode(), "6 B: 你好"),
        ("你好".encode("gbk"), "4 B: c4 e3 ba c3"),
        (b"\x00", "1 B: 00"),
        (b"a\nb", "3 B: 61 0a 62"),
        (b"x" * 37, "37 B: " + "78 " * 12 + "…"),
        (bytes(65_507), "65507 B: " + "00 " * 12 + "…"),
    ],
)
def test_a_summary_is_the_size_then_text_or_hex(data: bytes, label: str) -> None:
    assert summary(data) == label


def test_messages_are_values() -> None:
    assert Message("a", "b", "hi", b"hi") == Message("a", "b", "hi", b"hi", "delivered", 0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Note("a", "x").text = "y"  # type: ignore[misc]


def test_the_repr_of_a_message_does_not_dump_its_bytes() -> None:
    assert len(repr(Message("a", "b", "big", bytes(65_507)))) < 100
