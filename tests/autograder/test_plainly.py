"""What is said plainly of failures that have nothing to do with networks."""

from typing import Any

import pytest

from autograder.guest.values import encode
from autograder.text.observed import Raised, Standing
from autograder.text.plainly import (
    EVENT,
    KEYBOARD,
    NO_RETURN,
    PRINTED,
    SPINS,
    SPINS_UNREAD,
    UNREAD,
    of_event,
    of_exception,
    of_standing,
    of_value,
)
from autograder.text.wording import Text

SERVER = """
def serve(sock, stop):
    count = 0
    while {}:
        data, client = sock.recvfrom(2048)
        count += 1
    return count
"""


def raised(*names: str, message: str = "") -> Raised:
    described = {"mro": list(names), "errno": None, "args": encode((message,)), "where": None}
    return Raised(described)


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ("not stop", EVENT),
        ("stop", EVENT),
        ("not stop.is_set()", None),
        ("True", None),
        (
            "stop.is_set()",
            Text(
                "stop is not set at first: `while stop.is_set()` is left at once.",
                "stop 一开始没有设置：while stop.is_set() 马上就退出。",
            ),
        ),
    ],
)
def test_an_event_is_asked(asks: str, said: Text | None) -> None:
    assert of_event(SERVER.format(asks), "serve") == said
    assert of_event(SERVER.format(asks), "another") is None


def test_the_event_is_the_last_argument_whatever_it_is_called() -> None:
    named = SERVER.format("not last").replace("sock, stop", "sock: socket, last: Event,")
    assert of_event(named, "serve") == EVENT
    assert of_event(SERVER.format("not count"), "serve") is None


@pytest.mark.parametrize(
    ("want", "got", "said"),
    [
        (b"a", None, NO_RETURN),
        (Text("a dict", "一个字典"), None, NO_RETURN),
        (b"a", bytearray(b"a"), ("bytes", "bytearray")),
        ((1, b"a"), [1, b"a"], ("tuple", "list")),
        (3, 3.0, ("int", "float")),
        (b"a", bytearray(b"b"), None),
        (b"a", b"b", None),
        (b"a", "a", None),
        (Text("a dict", "一个字典"), [], None),
    ],
)
def test_a_value_may_be_right_but_for_its_type(want: Any, got: Any, said: Any) -> None:
    if isinstance(said, tuple) and not isinstance(said, Text):
        due, came = said
        said = Text(
            f"Your value is right but for its type: {due} is due, not {came}.",
            f"值是对的，类型不对：应为 {due}，不是 {came}。",
        )
    assert of_value(want, got, "") == said


def test_who_prints_is_told_to_return() -> None:
    assert of_value(b"a", None, "b'a'\n") == PRINTED
    assert of_value(b"a", None, " \n") == NO_RETURN
    assert of_value(b"a", b"b", "debugging\n") is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (raised("EOFError", message="EOF when reading a line"), KEYBOARD),
        (raised("EOFError", message="there is nobody to type an answer"), KEYBOARD),
        (raised("EOFError", message="the peer has gone"), None),
        (raised("KeyError", message="x"), None),
    ],
)
def test_who_waits_for_the_keyboard_is_told_so(error: Raised, said: Text | None) -> None:
    assert of_exception(error) == said


@pytest.mark.parametrize("name", ["RecursionError", "SystemExit"])
def test_endless_calls_and_exits_are_told_as_such(name: str) -> None:
    assert of_exception(raised(name, "Exception")) is not None


def test_what_a_call_is_at_is_told_where_it_does_not_take_what_came() -> None:
    assert of_standing(Standing(spins=True)) == SPINS
    assert of_standing(Standing(spins=True, unread=True)) == SPINS_UNREAD
    assert of_standing(Standing(unread=True)) == UNREAD
    assert of_standing(Standing()) is None
