"""Progress on a terminal is one line; elsewhere it is a line now and then."""

import io

from autograder.grading.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_a_bar_the_time_left_and_who_is_judged() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("ch04_udp", 4, stream, clock)
    for name in ("anna", "ben"):
        clock.now += 1
        progress.started(name)
    clock.now += 28
    progress.done("anna")
    line = stream.getvalue().rpartition("\r")[2]
    assert line == "ch04_udp  ██████░░░░░░░░░░░░░░░░░░  1/4  1:30 left  judging ben\x1b[K"
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_a_bar_is_not_drawn_for_every_event_and_fits_the_line() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress("ch04_udp", 100, stream, clock)
    clock.now += 1
    for number in range(50):
        progress.started(f"student-with-a-long-name-{number}")
    assert stream.getvalue().count("\r") == 2
    clock.now += 1
    progress.show()
    assert len(stream.getvalue().rpartition("\r")[2].removesuffix("\x1b[K")) < 80


def test_a_file_gets_a_line_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress("ch04_udp", 3, stream, clock)
    for name in ("anna", "ben", "carl"):
        progress.started(name)
        clock.now += 11
        progress.done(name)
    progress.close()
    assert stream.getvalue().splitlines() == [
        "ch04_udp  1/3  0:22 left",
        "ch04_udp  2/3  0:11 left",
    ]


def test_a_remark_stands_above_the_bar() -> None:
    stream = Terminal()
    progress = Progress("ch04_udp", 2, stream, Clock())
    progress.say("anna has no grade: it is late.")
    shown = stream.getvalue().split("\r")
    assert "\x1b[Kanna has no grade: it is late.\n" in shown
    assert "0/2" in shown[-1]
