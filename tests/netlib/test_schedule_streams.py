import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlib.schedule import STREAMS, Fault, Schedule
from netlib.schedule.streams import End, Pass, Reset, Shape, Wait


def run(text: str, *chunks: bytes) -> list[str]:
    """Feed chunks and an end as soon as there is room; return what happens, in words."""
    shape, now, told = Shape(Schedule.parse(text).faults), 0.0, []
    waiting, finished = b"".join(chunks), False
    while True:
        if waiting and (room := shape.room()):
            shape.feed(waiting[:room], now)
            waiting = waiting[room:]
        if not waiting and shape.room() and not finished:
            shape.finish()
            finished = True
        match shape.step(now):
            case Pass(data, alone, _):
                told.append(data.decode() + ("|" if alone else ""))
            case Wait(None, faults):
                told += [faults] if faults else []
                if not shape.room():
                    return told
            case Wait(float(until), _):
                told.append(f"+{round(1000 * (until - now))}ms")
                now = until
            case End(early, _):
                return [*told, f"end {early}".strip()]
            case Reset():
                return [*told, "reset"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["abcdefgh", "end"]),
        ("split 1,5", ["a|", "bcde|", "fgh", "end"]),
        ("split 8", ["abcdefgh|", "end"]),
        ("split 9", ["abcdefgh", "end"]),
        ("split every 3", ["abc|", "def|", "gh", "end"]),
        ("short 3B", ["abc|", "def|", "gh|", "end"]),
        ("short 3B; split 1", ["a|", "bcd|", "efg|", "h|", "end"]),
        ("delay 3 50ms", ["abc", "+50ms", "defgh", "end"]),
        ("delay 0 50ms", ["+50ms", "abcdefgh", "end"]),
        ("delay 8 50ms", ["abcdefgh", "+50ms", "end"]),
        ("delay every 3 50ms", ["abc", "+50ms", "def", "+50ms", "gh", "end"]),
        ("stall 3 50ms", ["abc", "+50ms", "defgh", "end"]),
        ("stall 3", ["abc", "stall 3"]),
        ("stall 0", ["stall 0"]),
        ("reset 0", ["reset"]),
        ("reset 5", ["abcde|", "reset"]),
        ("reset 8", ["abcdefgh|", "reset"]),
        ("reset 9", ["abcdefgh", "end"]),
        ("half-close 5", ["abcde", "end half-close 5"]),
        ("half-close 0", ["end half-close 0"]),
        ("delay 2 5ms; stall 2 7ms; reset 2", ["ab|", "+7ms", "+5ms", "reset"]),
        ("reset 2; half-close 2", ["ab|", "end half-close 2"]),
        ("merge 6 50ms", ["abcdef", "gh", "end"]),
        ("merge 20 50ms", ["abcdefgh", "end"]),
        ("merge every 3 9ms; split 4", ["abc", "d|", "ef", "gh", "end"]),
    ],
)
def test_a_schedule_cuts_a_stream(text: str, told: list[str]) -> None:
    assert run(text, b"abcdefgh") == told


def test_a_merge_joins_what_came_in_pieces() -> None:
    shape = Shape(Schedule.parse("merge every 4 50ms").faults)
    shape.feed(b"ab", 0)
    assert shape.step(0) == Wait(0.05)
    shape.feed(b"cdefg", 0.01)
    assert shape.step(0.02) == Pass(b"abcd", False)
    assert shape.step(0.02) == Wait(0.07)
    shape.finish()
    assert shape.step(0.03) == Pass(b"efg", False)
    assert shape.step(0.03) == End()


def test_a_merge_waits_no_longer_than_it_says() -> None:
    shape = Shape(Schedule.parse("merge 6 50ms").faults)
    shape.feed(b"ab", 1.0)
    assert shape.step(1.0) == Wait(1.05)
    shape.feed(b"c", 1.04)
    assert shape.step(1.04) == Wait(1.05)
    assert shape.step(1.05) == Pass(b"abc", False)
    shape.feed(b"d", 2.0)
    assert shape.step(2.0) == Wait(2.05)


def test_a_stalled_reader_takes_nothing_and_reads_on_afterwards() -> None:
    shape = Shape(Schedule.parse("stall 3 50ms; delay 5 60ms").faults)
    assert shape.room() == 3
    shape.feed(b"abc", 0)
    assert shape.step(0) == Pass(b"abc", False)
    assert shape.step(1.0) == Wait(1.05, "stall 3 50ms")
    assert shape.room() == 0
    assert shape.step(1.05) == Wait()
    assert shape.room() > 1000
    shape.feed(b"defg", 2)
    assert shape.step(2) == Pass(b"de", False)
    assert shape.step(2) == Wait(2.06, "delay 5 60ms")
    assert shape.room() > 1000


def test_what_is_held_back_is_bounded() -> None:
    shape = Shape(Schedule.parse("delay 0 60000ms").faults)
    while room := shape.room():
        shape.feed(bytes(room), 0)
    assert shape.fed <= 1 << 20


HARMLESS = tuple(kind for kind in STREAMS if kind not in ("reset", "half-close", "window"))


@settings(max_examples=200)
@given(st.integers(), st.binary(max_size=40), st.lists(st.integers(1, 9), max_size=9))
def test_whatever_is_split_merged_and_delayed_the_bytes_are_the_same(
    seed: int, data: bytes, sizes: list[int]
) -> None:
    schedule = Schedule.random(seed, HARMLESS, most=6, within=30)
    shape, now, at, came, finished = Shape(schedule.faults), 0.0, 0, bytearray(), False
    cuts = itertools.cycle(sizes or [len(data) or 1])
    for _ in range(2000):
        room = shape.room()
        if at < len(data) and room:
            size = min(room, next(cuts))
            shape.feed(data[at : at + size], now)
            at += size
        elif at >= len(data) and room and not finished:
            shape.finish()
            finished = True
        step = shape.step(now)
        assert not isinstance(step, Reset)
        if isinstance(step, Pass):
            assert step.data
            came += step.data
        elif isinstance(step, End):
            break
        elif step.until is not None:
            now = step.until
    else:
        raise AssertionError("the stream never ended")
    assert bytes(came) == data
    assert shape.passed == shape.fed == len(data)


def test_faults_of_a_place_say_so_once() -> None:
    shape = Shape([Fault("stall", 0)])
    assert shape.step(0) == Wait(None, "stall 0")
    assert shape.step(9) == Wait()


def test_a_delay_begins_when_the_bytes_come_also_the_last_one() -> None:
    shape = Shape(Schedule.parse("delay 0,4 20ms").faults)
    assert shape.step(0.0) == Wait()  # nothing has come
    shape.feed(b"abcd", 1.0)
    assert shape.step(1.0) == Wait(1.02, "delay 0 20ms")
    assert shape.step(1.02) == Pass(b"abcd", alone=False)
    assert shape.step(1.03) == Wait()
    shape.feed(b"efgh", 5.0)
    assert shape.step(5.0) == Wait(5.02, "delay 4 20ms")
    assert shape.step(5.02) == Pass(b"efgh", alone=False)
