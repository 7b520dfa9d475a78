"""What select and epoll answer, as a table made of real sockets; and the five ways to wait."""

import html
import select
from xml.etree import ElementTree

import pytest

from netlib.errors import NetlibError
from netlib.pictures import STATES, epoll_lists, io_models, select_lists


def answered(**clients: str) -> dict[str, str]:
    return {name: told for name, _, _, told in select_lists(language="en", **clients).rows}


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("silent", "write"),
        ("a line", "read, write"),
        ("finished", "read, write"),
        ("reset", "read, write"),
        ("does not read", "-"),
    ],
)
def test_every_state_is_what_select_says(state: str, told: str) -> None:
    assert answered(anna=state) == {"listener": "read", "anna": told}


def test_a_listener_is_ready_when_somebody_calls() -> None:
    assert answered(ben="silent")["listener"] == "read"
    rows = select_lists(caller=False, language="en").rows
    assert rows == (("listener", "read", "nobody waits to be accepted", "-"),)


def test_the_table_is_a_text_in_either_language() -> None:
    english = str(select_lists(anna="a line", language="en"))
    assert english.splitlines()[2].split("  ")[-1] == "read, write"
    chinese = select_lists(anna="a line", language="zh")
    assert "内核知道什么" in str(chinese)
    assert chinese._repr_html_().count("<tr>") == 3


def test_an_unknown_state_is_a_sentence() -> None:
    with pytest.raises(NetlibError, match="expected states among .*; got 'asleep'"):
        select_lists(anna="asleep")
    assert len(STATES) == 5


@pytest.mark.parametrize(
    ("state", "mask"),
    [
        ("silent", "0x4 OUT"),
        ("a line", "0x5 IN OUT"),
        ("finished", "0x2005 IN OUT RDHUP"),
        ("reset", "0x201d IN OUT ERR HUP RDHUP"),
        ("does not read", "-"),
    ],
)
def test_every_state_has_its_mask(state: str, mask: str) -> None:
    *_, (name, asked, _, told) = epoll_lists(language="en", anna=state).rows
    assert (name, asked, told) == ("anna", "0x2005 IN OUT RDHUP", mask)


def test_epoll_tells_of_what_was_asked_and_of_errors() -> None:
    listener, anna, ben = epoll_lists(
        asked=select.EPOLLIN, caller=False, language="en", anna="finished", ben="reset"
    ).rows
    assert listener[-1] == "-"
    assert anna[-1] == "0x1 IN"
    assert ben[-1] == "0x19 IN ERR HUP"
    chinese = epoll_lists(language="zh", anna="silent")
    assert "监视列表" in str(chinese)
    assert chinese._repr_html_().count("<tr>") == 3
    with pytest.raises(NetlibError, match="got 'asleep'"):
        epoll_lists(anna="asleep")


def test_the_five_models_say_who_waits_and_who_copies() -> None:
    english = io_models(language="en")
    lines = str(english).splitlines()
    assert len(lines) == 6
    assert [line for line in lines if "recv copies" in line] == lines[1:5]  # you copy, in four
    assert "recv" not in lines[5]
    assert str(io_models(language="zh")).count("recv 复制") == 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_their_picture_says_all_that_the_text_says(language: str) -> None:
    models = io_models(language=language)
    svg = models.svg()
    ElementTree.fromstring(svg)
    assert all(html.escape(words) in svg for row in models.rows for words in row)
    assert "alt=" in models._repr_mimebundle_()["text/html"]
