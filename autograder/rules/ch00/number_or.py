"""00.3 number_or: one kind of exception is caught, and no other."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import word
from autograder.text import such

__all__ = ["RULES"]
RULES = Rules()


@RULES.rule(weight=1)
def a_number_or_the_default(learner: Learner, steps: Steps, rng: Random) -> None:
    """The number in text is returned as int() reads it, and default where there is none.

    返回 int() 从 text 读出的数；读不出来就返回 default。
    """
    default = rng.randrange(100, 1000)
    zero_is_none = such(int, lambda got: got == default)
    number = rng.randrange(10, 100)
    for text in (f"{number}", f"-{number}", f" {number} ", "1_000"):
        learner.start("number_or", text, default).returns(int(text))
    learner.start("number_or", "0", default).returns(0, because={zero_is_none: "PYT-04"})
    for text in (word(rng, 1), "", " ", f"{number} {number}", f"{number}.5"):
        learner.start("number_or", text, default).returns(default)
    learner.start("number_or", word(rng, 3), 0).returns(0)


@RULES.rule(weight=1)
def other_errors_pass_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any other error passes on: number_or([7], 5) and number_or(None, 7) raise TypeError.

    其他异常原样抛出：number_or([7], 5) 和 number_or(None, 7) 都抛出 TypeError。
    """
    default = rng.randrange(2, 100)
    swallowed = such(int, lambda got: got == default)
    for text in ([rng.randrange(10)], None):
        because = {swallowed: "MUX-02"} if text else None  # None is also what `not text` takes
        learner.start("number_or", text, default).raises(TypeError, because=because)
