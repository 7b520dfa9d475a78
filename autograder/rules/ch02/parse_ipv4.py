"""02.1 parse_ipv4: a text of four numbers, and nothing that merely looks like it."""

import socket
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import answers, asked, is_value, number, plain
from autograder.text import Mistakes

__all__ = ["RULES"]
RULES = Rules()


def _turned(text: str) -> int:
    return int.from_bytes(map(int, reversed(text.split("."))), "big")


@RULES.rule(weight=1, condition="limits")
def four_numbers_are_one(learner: Learner, steps: Steps, rng: Random) -> None:
    """Four numbers from 0 to 255 are one number, the first of them highest.

    四个 0～255 的数合成一个数，第一个数占最高的 8 位。
    """
    ends = "0.0.0.0", "255.255.255.255", "10.0.255.1"
    texts = [*(plain(rng) for _ in range(2)), *ends, f"{rng.randint(1, 99)}.0.0.255"]
    for text in texts:
        in_order = number(text) != _turned(text)
        mistakes: Mistakes = {is_value(_turned(text)): "TXT-05"} if in_order else {}
        asked(learner, steps, "parse_ipv4", text).returns(
            number(text), because=(mistakes, _each_byte(learner, steps))
        )


def _each_byte(learner: Learner, steps: Steps) -> Callable[[Any], str | None]:
    """Return evidence: whether it refuses 0 and 255 wherever they stand, and nothing else."""

    def looked(got: Any) -> str | None:
        cases = [(text,) for text in ("7.0.7.7", "7.255.7.7", "7.7.7.7")]
        zero, ones, neither = answers(learner, steps, "parse_ipv4", cases)
        refused = isinstance(got, ValueError) and zero is ones is None
        return "ADR-06" if refused and neither is not None else None

    return looked


@RULES.rule(weight=1)
def anything_else_is_refused(learner: Learner, steps: Steps, rng: Random) -> None:
    """Fewer or more numbers, numbers above 255 and what is no number: ValueError.

    数的个数不对、大于 255、不是数：抛出 ValueError。
    """
    address = plain(rng)
    first, _, rest = address.partition(".")
    part = rng.randint(256, 999)
    texts = (
        "",
        rest,
        first,
        f"{address}.{first}",
        f"{part}.{rest}",
        f"{rest}.256",
        "999.999.999.999",
        f"{first}..{rest.partition('.')[2]}",
        f"{address}.",
        f".{address}",
        "a.b.c.d",
        f"{rest}.x",
        f"{first}.7",
        f"{address}/24",
        address.replace(".", ","),
    )
    _refuses(learner, steps, texts)


@RULES.rule(weight=1, condition="lookalike")
def only_digits_are_digits(learner: Learner, steps: Steps, rng: Random) -> None:
    """Blanks, signs, leading zeros and digits of other scripts are refused, too: ValueError.

    空格、正负号、前导零、其他文字的数字同样拒绝：抛出 ValueError。
    """
    _, _, rest = plain(rng).partition(".")
    ends = rest.rpartition(".")[0] + f".{rng.randint(1, 9)}"
    texts = (
        f"+1.{rest}",
        f"{ends}.+4",
        f"1_0.{rest}",
        f"１.{rest}",
        f" 1.{rest}",
        f"{rest}. 4",
        f"{rest}.²",
        f"{rest}.-1",
        f"01.{rest}",
        f"010.{rest}",
        f"{rest}.00",
        f"0x7f.{rest}",
        f"{ends}.4\n",
        f"{rest}.4 ",
        f"{rest}.4 junk",
    )
    _refuses(learner, steps, texts)


def _refuses(learner: Learner, steps: Steps, texts: tuple[str, ...]) -> None:
    """Expect ValueError for each."""
    code = steps.source.of(["parse_ipv4"])
    converts = "inet_aton" in code
    trusts_int = not any(word in code for word in ("strip(", "isdigit", "isnumeric", "isdecimal"))
    for text in texts:
        as_int = _as_int_does(text.rstrip("\n") + "x" * text.endswith("\n"))  # a pattern's $, too
        signs: Mistakes = {is_value(value): "ADR-13" for value in [as_int] if value and trusts_int}
        old: Mistakes = {is_value(value): "ADR-12" for value in [_as_aton_does(text)] if value}
        because = (old if converts else {}, signs)
        asked(learner, steps, "parse_ipv4", text).raises(ValueError, because=because)


def _as_int_does(text: str) -> int | None:
    """Return what int() makes of the four parts, if that is an address."""
    try:
        parts = [int(part) for part in text.split(".")]
        return int.from_bytes(parts, "big") if len(parts) == 4 else None
    except (ValueError, OverflowError):
        return None


def _as_aton_does(text: str) -> int | None:
    try:
        return int.from_bytes(socket.inet_aton(text), "big")
    except (OSError, UnicodeError):
        return None
