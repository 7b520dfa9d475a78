"""02.2 format_ipv4: one number as four."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import ALL, asked, dotted, is_value, number, plain
from autograder.text import Mistakes, such

__all__ = ["RULES"]
RULES = Rules()


@RULES.rule(weight=1)
def one_number_is_four(learner: Learner, steps: Steps, rng: Random) -> None:
    """A number from 0 to 2**32 - 1 is four numbers with dots between, the highest first.

    0～2**32 - 1 的数写成四个用点隔开的数，最高位在前。
    """
    addresses = plain(rng), f"{rng.randint(1, 99)}.0.0.{rng.randint(101, 200)}", "0.0.0.7"
    for address in (*addresses, "0.0.0.0", "255.255.255.255"):
        value = number(address)
        turned = ".".join(reversed(address.split(".")))
        filled = ".".join(f"{int(part):03}" for part in address.split("."))
        signs: Mistakes = {
            is_value(turned): "TXT-05",
            is_value(filled): "ADR-12",
        }
        asked(learner, steps, "format_ipv4", value).returns(dotted(value), because=signs)


@RULES.rule(weight=1, condition="limits")
def a_number_that_is_no_address(learner: Learner, steps: Steps, rng: Random) -> None:
    """A number below 0 or above 2**32 - 1: ValueError.

    小于 0 或大于 2**32 - 1 的数：抛出 ValueError。
    """
    far = rng.randrange(ALL + 2, 2**40)
    for value in (far, -ALL, -1, ALL + 1):
        cut: Mistakes = {such(str, _is_address): "TXT-20"} if value != ALL + 1 else {}
        asked(learner, steps, "format_ipv4", value).raises(ValueError, because=cut)


def _is_address(got: str) -> bool:
    parts = got.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)
