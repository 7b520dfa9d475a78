import itertools
import re

import pytest

from netlib.schedule import Fault, Schedule

TEXTS = [
    "",
    "lose 1",
    "lose 1; duplicate 3",
    "duplicate 3; lose 1",
    "delay 2 50ms; delay reply 2 60000ms",
    "reorder 1; truncate 4 10B; corrupt reply 999999999",
    "truncate 1 0B; truncate reply 1 65507B",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_schedule_prints_back_to_its_text(text: str) -> None:
    assert str(Schedule.parse(text)) == text


def test_every_fault_that_can_be_made_can_be_read_back() -> None:
    amounts = {"delay": (0, 7, 60_000), "truncate": (0, 65_507)}
    kinds = ("lose", "duplicate", "delay", "reorder", "truncate", "corrupt")
    for kind, number, reply in itertools.product(kinds, (1, 20, 999_999_999), (False, True)):
        for amount in amounts.get(kind, (0,)):
            schedule = Schedule((Fault(kind, number, reply, amount),))
            assert Schedule.parse(str(schedule)) == schedule


def test_blanks_do_not_matter() -> None:
    assert str(Schedule.parse(" lose   1;duplicate\treply 3 ")) == "lose 1; duplicate reply 3"


def test_schedules_are_comparable_hashable_values() -> None:
    assert Schedule.parse("lose 1") == Schedule((Fault("lose", 1),))
    assert Schedule.parse("lose 1") != Schedule.parse("lose reply 1")
    assert len({Schedule.parse("lose 1"), Schedule.parse("lose  1")}) == 1
    schedule = Schedule.parse("delay 1 5ms")
    assert eval(repr(schedule), {"Schedule": Schedule}) == schedule


KINDS = "expected lose, duplicate, delay, reorder, truncate or corrupt"


@pytest.mark.parametrize(
    ("text", "character", "complaint"),
    [
        ("lose 1; looze 2", 9, f"{KINDS}; got 'looze'"),
        ("Lose 1", 1, f"{KINDS}; got 'Lose'"),
        (";", 1, f"{KINDS}; got ';'"),
        ("lose 1;", 8, f"{KINDS}; got the end"),
        ("lose 1;; lose 2", 8, f"{KINDS}; got ';'"),
        ("lose", 5, "expected a number from 1, or reply; got the end"),
        ("lose 0", 6, "expected a number from 1, or reply; got '0'"),
        ("lose -1", 6, "expected a number from 1, or reply; got '-1'"),
        ("lose ２", 6, "expected a number from 1, or reply; got '２'"),
        ("lose 1000000000", 6, "expected a number from 1, or reply; got '1000000000'"),
        ("lose reply", 11, "expected a number from 1; got the end"),
        ("lose reply x", 12, "expected a number from 1; got 'x'"),
        ("lose 1 2", 8, "expected ; or the end; got '2'"),
        ("delay 1", 8, "expected 0ms to 60000ms, such as 50ms; got the end"),
        ("delay 1 50", 9, "expected 0ms to 60000ms, such as 50ms; got '50'"),
        ("delay 1 60001ms", 9, "expected 0ms to 60000ms, such as 50ms; got '60001ms'"),
        ("truncate 1 10b", 12, "expected 0B to 65507B, such as 50B; got '10b'"),
        ("lose 1; lose 1", 9, "expected one lose for a datagram; got lose 1 after one"),
    ],
)
def test_bad_text_is_answered_with_the_position_and_the_words(
    text: str, character: int, complaint: str
) -> None:
    message = f"faults {text!r}, character {character}: {complaint}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Schedule.parse(text)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (("looze", 1), f"{KINDS}; got 'looze'"),
        (("lose", 0), "expected datagrams counted from 1; got 0"),
        (("lose", 1, False, 5), "expected lose to take 0 to 0; got 5"),
        (("delay", 1, False, 60_001), "expected delay to take 0 to 60000; got 60001"),
    ],
)
def test_a_fault_that_could_not_be_printed_cannot_be_made(
    fault: tuple[str, int], complaint: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        Fault(*fault)
