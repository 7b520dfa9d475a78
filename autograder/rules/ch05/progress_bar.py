"""05.2 progress_bar: a line that is drawn over itself."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.text import Mistakes, such

__all__ = ["RULES"]
RULES = Rules()

BAR = ("the bar", "进度条")

BY_FRACTIONS = ((29, 50, 50), (58, 100, 50))
"""Where int(done / total * width) is one too small: a float holds no 0.58."""


def _drawn(percent: str, full: int, width: int) -> str:
    return f"\r{percent:>7}|{'#' * full}{' ' * (width - full)}|"


def _of(done: int, total: int, width: int) -> str:
    """Return the line for numbers whose percentage is a whole one."""
    return _drawn(f"{100 * done // total}.00%", width * done // total, width)


def _asks(learner: Learner, want: str, *args: int) -> None:
    right, at_the_end = want.count("#"), args[0] == args[1]

    def is_short(got: str) -> bool:
        """Nothing overwrites what stood to the right."""
        return len(got) < len(want) and want.startswith(got.rstrip())

    def lies(got: str) -> bool:
        same = len(got) == len(want) and got.startswith(want.partition("|")[0])
        return at_the_end and same and got.count("#") != right

    signs: Mistakes = {
        ZeroDivisionError: "UDP-24",
        such(str, lies): "UDP-24",
        such(str, is_short): "UDP-18",
    }
    learner.start("progress_bar", *args).returns(want, BAR, signs)


@RULES.rule(weight=1)
def what_is_done(learner: Learner, steps: Steps, rng: Random) -> None:
    """The line shows the percentage in 7 columns and the bar in width columns, full at the end.

    这一行用 7 列显示百分比，用 width 列显示进度，到最后恰好填满。
    """
    tenth, wide = rng.randrange(1, 10), rng.choice((10, 30, 40))
    cases = (
        ("49.00%", 9, 20, (49, 100)),
        ("100.00%", 20, 20, (3, 3)),
        ("100.00%", 20, 20, (100, 100)),
        ("3.00%", 0, 20, (3, 100)),
        ("33.33%", 6, 20, (1, 3)),
        ("33.33%", 10, 30, (1, 3, 30)),
        ("0.00%", 0, 20, (0, 5)),
        ("0.00%", 0, 20, (0, 1)),
        (f"{tenth}0.00%", tenth * wide // 10, wide, (tenth * 7, 70, wide)),
    )
    for percent, full, width, args in cases:
        steps.anew()
        _asks(learner, _drawn(percent, full, width), *args)
    for args in BY_FRACTIONS:
        steps.anew()
        _asks(learner, _of(*args), *args)


@RULES.rule(weight=1)
def nothing_to_do(learner: Learner, steps: Steps, rng: Random) -> None:
    """Where there is nothing to do, all is done: 100.00% and a full bar.

    没有要做的事，就是全部做完了：100.00%，进度条填满。
    """
    wide = rng.choice((7, 30, 45))
    for width, args in ((20, (0, 0)), (wide, (0, 0, wide))):
        steps.anew()
        want = _drawn("100.00%", width, width)
        got = learner.start("progress_bar", *args).result(because={ZeroDivisionError: "UDP-24"})
        nothing: Mistakes = {such(str, lambda got: got.count("#") == 0): "UDP-24"}
        steps.expect(BAR, got=got, want=want, because=nothing)
