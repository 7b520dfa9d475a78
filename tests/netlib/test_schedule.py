import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlib.schedule import DATAGRAMS, STREAMS, Fault, Schedule
from netlib.schedule.grammar import KINDS

TEXTS = [
    "",
    "lose 1",
    "lose 1; duplicate 3",
    "duplicate 3; lose 1",
    "delay 2 50ms; delay reply 2 60000ms",
    "reorder 1; truncate 4 10B; corrupt reply 999999999",
    "truncate 1 0B; truncate reply 1 65507B",
    "lose 1,2,7; lose reply every 3",
    "stranger 1; stranger reply 2 0x; stranger 3 0x00ff",
    "split 1,5,9; split reply every 1; merge 512 50ms",
    "stall 0; stall reply 100 5ms; reset 0; half-close reply 7",
    "short 100B; window reply 1024B; delay 0 5ms",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_schedule_prints_back_to_its_text(text: str) -> None:
    assert str(Schedule.parse(text)) == text


def faults() -> st.SearchStrategy[Fault]:
    def of(word: str) -> st.SearchStrategy[Fault]:
        kind = KINDS[word]
        every = st.booleans() if kind.repeats and kind.first is not None else st.just(False)
        least = 0 if kind.optional else kind.least
        number = st.just(0) if kind.first is None else st.integers(1, 999_999_999)
        data = st.none() | st.binary(max_size=9) if kind.unit == "0x" else st.none()
        amount = st.integers(least, kind.most)
        return st.builds(Fault, st.just(word), number, st.booleans(), amount, every, data)

    return st.sampled_from(sorted(KINDS)).flatmap(of)


def schedules() -> st.SearchStrategy[Schedule]:
    def place(fault: Fault) -> object:
        return fault.kind, fault.reply, fault.number, fault.every

    return st.lists(faults(), max_size=6, unique_by=place).map(lambda f: Schedule(tuple(f)))


@given(schedules())
def test_every_schedule_that_can_be_made_can_be_read_back(schedule: Schedule) -> None:
    assert Schedule.parse(str(schedule)) == schedule


WORDS = [*KINDS, "reply", "every", ";", ",", "1", "0", "23", "5ms", "7B", "0x00", "x", "-1", "²"]


@settings(max_examples=300)
@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_any_text_is_read_or_answered_with_a_position_in_it(text: str) -> None:
    try:
        schedule = Schedule.parse(text)
    except ValueError as error:
        said = str(error).removeprefix(f"faults {text!r}, character ")  # no text is over 200
        position, _, complaint = said.partition(": ")
        assert 1 <= int(position) <= len(text) + 1
        assert complaint.startswith("expected ")
    else:
        assert Schedule.parse(str(schedule)) == schedule


def test_blanks_and_lists_do_not_matter() -> None:
    assert str(Schedule.parse(" lose   1;duplicate\treply 3 ")) == "lose 1; duplicate reply 3"
    assert Schedule.parse("split 1, 5 ,9") == Schedule.parse("split 1; split 5; split 9")
    assert Schedule.parse("delay 1,2 5ms") == Schedule.parse("delay 1 5ms; delay 2 5ms")


def test_schedules_are_comparable_hashable_values() -> None:
    assert Schedule.parse("lose 1") == Schedule((Fault("lose", 1),))
    assert Schedule.parse("lose 1") != Schedule.parse("lose reply 1")
    assert Schedule.parse("lose 1") != Schedule.parse("lose every 1")
    assert len({Schedule.parse("lose 1"), Schedule.parse("lose  1")}) == 1
    schedule = Schedule.parse("delay 1 5ms")
    assert eval(repr(schedule), {"Schedule": Schedule}) == schedule


KIND = (
    "expected lose, duplicate, reorder, delay, truncate, corrupt, stranger, split, merge, "
    "stall, reset, half-close, short or window"
)
PLACE = "expected a number from 1, reply or every"


@pytest.mark.parametrize(
    ("text", "character", "complaint"),
    [
        ("lose 1; looze 2", 9, f"{KIND}; got 'looze'"),
        ("Lose 1", 1, f"{KIND}; got 'Lose'"),
        (";", 1, f"{KIND}; got ';'"),
        ("lose 1;", 8, f"{KIND}; got the end"),
        ("lose 1;; lose 2", 8, f"{KIND}; got ';'"),
        ("lose", 5, f"{PLACE}; got the end"),
        ("lose 0", 6, f"{PLACE}; got '0'"),
        ("lose -1", 6, f"{PLACE}; got '-1'"),
        ("lose ２", 6, f"{PLACE}; got '２'"),
        ("lose 1000000000", 6, f"{PLACE}; got '1000000000'"),
        ("lose reply", 11, "expected a number from 1 or every; got the end"),
        ("lose reply x", 12, "expected a number from 1 or every; got 'x'"),
        ("lose every 0", 12, "expected a number from 1; got '0'"),
        ("lose 1,,2", 8, "expected a number from 1; got ','"),
        ("lose 1 2", 8, "expected ; or the end; got '2'"),
        ("reset every 3", 7, "expected a number from 0 or reply; got 'every'"),
        ("delay 1", 8, "expected 0ms to 60000ms, such as 50ms; got the end"),
        ("delay 1 50", 9, "expected 0ms to 60000ms, such as 50ms; got '50'"),
        ("delay 1 60001ms", 9, "expected 0ms to 60000ms, such as 50ms; got '60001ms'"),
        ("truncate 1 10b", 12, "expected 0B to 65507B, such as 50B; got '10b'"),
        ("window", 7, "expected 1B to 65507B, such as 50B; got the end"),
        ("stall 1 0ms", 9, "expected 1ms to 60000ms, such as 50ms, or ; or the end; got '0ms'"),
        (
            "stranger 1 0x1",
            12,
            "expected bytes in hex, such as 0x4556494c, or ; or the end; got '0x1'",
        ),
        ("lose 1; lose 1", 9, "expected every fault once; got lose 1 after one like it"),
        ("lose 1,1", 1, "expected every fault once; got lose 1 after one like it"),
    ],
)
def test_bad_text_is_answered_with_the_position_and_the_words(
    text: str, character: int, complaint: str
) -> None:
    message = f"faults {text!r}, character {character}: {complaint}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Schedule.parse(text)


def test_a_complaint_about_a_long_text_shows_the_place_only() -> None:
    text = "lose 1; " * 100_000
    with pytest.raises(ValueError, match="character 9: expected every fault once") as caught:
        Schedule.parse(text)
    assert len(str(caught.value)) < 400
    numbers = ",".join(map(str, range(1, 50_001)))
    with pytest.raises(ValueError, match="character 288901: expected lose, ") as caught:
        Schedule.parse(f"lose {numbers}; x")
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (("looze", 1), f"{KIND}; got 'looze'"),
        (("lose", 0), "expected lose to count from 1; got 0"),
        (("lose", 1, False, 5), "expected lose to take 0 to 0; got 5"),
        (("lose", 1, False, 0, False, b"x"), "expected lose to take no such bytes; got b'x'"),
        (("delay", 1, False, 60_001), "expected delay to take 0 to 60000; got 60001"),
        (("delay", 0, False, 1, True), "expected delay to count from 0; got 0"),
        (("reset", 1, False, 0, True), "expected reset to happen once; got every 1"),
        (("window", 1, False, 100), "expected window to have no place; got 1"),
    ],
)
def test_a_fault_that_could_not_be_printed_cannot_be_made(
    fault: tuple[str, int], complaint: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        Fault(*fault)


def test_random_schedules_are_those_of_their_seed() -> None:
    drawn = [Schedule.random(seed) for seed in range(200)]
    assert drawn == [Schedule.random(seed) for seed in range(200)]
    assert len(set(drawn)) > 100
    kinds = {fault.kind for schedule in drawn for fault in schedule.faults}
    assert kinds == {"lose", "duplicate", "reorder", "delay"}
    assert str(Schedule.random(1)) == str(Schedule.parse(str(Schedule.random(1))))
    for seed in range(300):
        for kinds_ in (DATAGRAMS, STREAMS):
            schedule = Schedule.random(seed, kinds_, most=5, within=3)
            assert 1 <= len(schedule.faults) <= 5
            assert all(fault.number <= 3 for fault in schedule.faults)
            schedule.only(kinds_, "it")
    with pytest.raises(ValueError, match="; got 'looze'$"):
        Schedule.random(1, ["looze"])


def test_smaller_schedules_come_with_a_fault_less_first() -> None:
    schedule = Schedule.parse("lose 3; delay every 2 10ms")
    assert [str(smaller) for smaller in schedule.smaller()] == [
        "delay every 2 10ms",
        "lose 3",
        "lose 1; delay every 2 10ms",
        "lose 2; delay every 2 10ms",
        "lose 3; delay 2 10ms",
        "lose 3; delay every 1 10ms",
        "lose 3; delay every 2 0ms",
        "lose 3; delay every 2 5ms",
        "lose 3; delay every 2 9ms",
    ]
    assert list(Schedule().smaller()) == []
    assert [str(s) for s in Schedule.parse("lose 1,2").smaller()] == ["lose 2", "lose 1"]
    stranger = Schedule.parse("stranger 1 0x0001")
    assert [str(s) for s in stranger.smaller()] == [
        "",
        "stranger 1",
        "stranger 1 0x",
        "stranger 1 0x00",
    ]


def weight(schedule: Schedule) -> tuple[int, int]:
    def of(fault: Fault) -> int:
        data = 0 if fault.data is None else 1 + len(fault.data)
        return fault.number + fault.amount + fault.every + data

    return len(schedule.faults), sum(map(of, schedule.faults))


@given(schedules())
def test_every_smaller_schedule_is_smaller_so_shrinking_ends(schedule: Schedule) -> None:
    smaller = list(schedule.smaller())
    assert all(weight(one) < weight(schedule) for one in smaller)
    assert len(smaller) <= 10 * len(schedule.faults)
    assert bool(smaller) is bool(schedule.faults)


def test_the_words_are_those_of_the_docstrings_table() -> None:
    import netlib.schedule

    table = netlib.schedule.__doc__ or ""
    rows = re.findall(r"^ {4}([a-z-]+) +(datagrams|streams|both) ", table, re.MULTILINE)
    assert [word for word, _ in rows] == list(KINDS)
    for word, network in rows:
        kind = KINDS[word]
        assert (
            network
            == {(1, 0): "datagrams", (0, 1): "streams", (1, 1): "both"}[
                kind.datagrams, kind.streams
            ]
        )
    assert set(itertools.chain(DATAGRAMS, STREAMS)) == set(KINDS)
