"""A call that is disturbed without a pause: which of our own silences make a rule begin again."""

from types import SimpleNamespace

import pytest

from autograder.network import reply as module
from autograder.network.reply import CHATTER_S, Reply
from autograder.text.observed import TooLate
from netlib.deadlines import stretched


class Played(Reply):
    """A call that ends after so many waits, each of which takes as long as is said."""

    def __init__(self, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
        self._waits, self._now = waits, 0.0
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self._now))

    @property
    def ended(self) -> bool:
        return not self._waits

    def wait(self, seconds: float) -> bool:
        self._now += self._waits.pop(0)
        return self.ended

    def play(self) -> None:
        self.disturbed(lambda: None, stretched(60), since=0.0)


QUICK, SLOW = CHATTER_S, 5 * CHATTER_S


@pytest.mark.parametrize("waits", [[QUICK] * 9, [SLOW, *[QUICK] * 5], [SLOW] * 3 + [QUICK] * 4])
def test_a_silence_after_which_it_went_on_is_none(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    Played(waits, monkeypatch).play()


@pytest.mark.parametrize("waits", [[QUICK] * 9 + [SLOW], [*[QUICK] * 5, SLOW, QUICK], [SLOW]])
def test_one_just_before_the_end_may_have_ended_it(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TooLate):
        Played(waits, monkeypatch).play()
