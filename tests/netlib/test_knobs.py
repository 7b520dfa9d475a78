"""A picture with knobs, without a page: what it shows, and what a function can do to it."""

import threading

import pytest

from netlib import language
from netlib.clock import HandClock
from netlib.deadlines import stretched
from netlib.ladder import Ladder
from netlib.panels import Knobs
from netlib.trace import Message

DEADLINE_S = stretched(60)


def drawn(size: int, lost: bool) -> Ladder:
    """As many bytes as size, lost or not."""
    fate = "lost" if lost else "delivered"
    return Ladder([Message("anna", "ben", f"{size} bytes", b"x" * size, fate)])  # type: ignore[arg-type]


def test_a_turn_shows_what_the_function_makes_of_it() -> None:
    with Knobs(drawn, size=range(1, 21), lost=(False, True)) as panel:
        assert "1 bytes" in panel.turn()
        text = panel.turn(size=7, lost=True)
    assert "size: 7, lost: True" in text
    assert "7 bytes" in text
    assert "(lost)" in text


def test_labels_and_words_are_the_readers() -> None:
    language.use("zh")
    with Knobs(drawn, labels={"size": "每段字节数"}, size=(3,), lost=(True,)) as panel:
        text = panel.turn()
    assert "每段字节数：3，lost：True" in text
    assert "（丢失）" in text


def test_only_the_last_of_many_turns_is_shown() -> None:
    made, first, go = [], threading.Event(), threading.Event()

    def slow(size: int) -> str:
        made.append(size)
        first.set()
        assert go.wait(DEADLINE_S)
        return f"made {size}"

    with Knobs(slow, size=range(9)) as panel:
        assert first.wait(DEADLINE_S)
        for size in range(1, 8):
            panel.put(size=size)
        go.set()
        assert "made 8" in panel.turn(size=8)
    assert made == [0, 8]


def test_a_function_that_raises_is_told_of_and_the_next_turn_goes_on() -> None:
    def odd(size: int) -> str:
        return f"{10 // size} and {size}"

    with Knobs(odd, size=(0, 5)) as panel:
        assert "odd raised ZeroDivisionError" in panel.turn()
        assert "2 and 5" in panel.turn(size=5)


def test_one_that_hangs_is_told_of() -> None:
    go, clock = threading.Event(), HandClock()
    began = threading.Event()

    def hangs(size: int) -> str:
        began.set()
        go.wait(DEADLINE_S)
        return "at last"

    panel = Knobs(hangs, size=(1,), clock=clock)
    assert began.wait(DEADLINE_S)
    clock.advance(3)
    assert "No answer for 2 s: hangs has not come back." in panel.text()
    go.set()
    assert "at last" in panel.turn()
    panel.close()


@pytest.mark.parametrize("positions", [{"size": 4}, {"other": 1}])
def test_no_such_knob_or_position(positions: dict[str, int]) -> None:
    with Knobs(drawn, size=(1, 2), lost=(False,)) as panel, pytest.raises(ValueError, match="got"):
        panel.put(**positions)


def test_knobs_without_positions_are_refused() -> None:
    with pytest.raises(ValueError, match="positions"):
        Knobs(drawn, size=())
    with pytest.raises(ValueError, match="positions"):
        Knobs(drawn)


def test_widgets_turn_the_same_knobs_and_the_picture_follows() -> None:
    pytest.importorskip("ipywidgets")
    with Knobs(drawn, size=range(1, 21), lost=(False, True)) as panel:
        size, lost, picture = panel.widget().children[:3]
        size.value, lost.value = 9, True
        panel.turn()
        assert panel.positions == {"size": 9, "lost": True}
        panel.widget()
        panel._view.paint()  # type: ignore[union-attr]
        assert "9 bytes (lost)" in picture.value


def test_many_pictures_are_one_below_the_other() -> None:
    with Knobs(lambda size: [drawn(size, False), "and <text>"], size=(2,)) as panel:
        assert "and <text>" in panel.turn()
        assert "&lt;text&gt;" in panel.picture()


def test_what_was_shown_last_stays_when_it_is_closed() -> None:
    panel = Knobs(drawn, size=(1, 2), lost=(False,))
    panel.turn(size=2)
    panel.close()
    kept = panel._repr_mimebundle_()
    assert "size: 2, lost: False" in kept["text/plain"]
    assert "size: 2, lost: False" in kept["text/html"]
    assert "2 bytes" in kept["text/html"]
