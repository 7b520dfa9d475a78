"""02.7 expand_ipv6: an IPv6 address in full."""

import string
from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch02.shared import asked
from autograder.text import Mistakes, such

__all__ = ["RULES"]
RULES = Rules()


def _group(rng: Random) -> str:
    """Return a group without leading zeros: one to four digits, not 0."""
    return f"{rng.randrange(1, 16 ** rng.randint(1, 4)):x}"


def _full(groups: list[str], zeros: int = 0, at: int = 0) -> str:
    """Return groups in full, with so many groups of zeros put in."""
    filled = [*groups[:at], *["0"] * zeros, *groups[at:]]
    return ":".join(group.lower().zfill(4) for group in filled)


def _expands(learner: Learner, steps: Steps, text: str, want: str) -> None:
    short = such(str, lambda got: got != want and _filled(got) == want)
    torn = such(str, lambda got: "::" in text and _is_torn(got))
    asked(learner, steps, "expand_ipv6", text).returns(
        want, because={short: "ADR-08", torn: "ADR-19"}
    )


def _filled(text: str) -> str:
    return ":".join(group.zfill(4) for group in text.split(":"))


def _is_torn(text: str) -> bool:
    groups = text.split(":")
    return len(groups) != 8 or "" in groups


@RULES.rule(weight=1)
def every_group_in_full(learner: Learner, steps: Steps, rng: Random) -> None:
    """Eight groups of four lower-case digits, wherever "::" stands, and where there is none.

    八段，每段四个小写数字；“::”在哪里都行，没有也行。
    """
    groups = [_group(rng) for _ in range(8)]
    _expands(learner, steps, ":".join(groups), _full(groups))
    head, tail = rng.randint(1, 3), rng.randint(1, 3)
    middle = ":".join(groups[:head]) + "::" + ":".join(groups[8 - tail :])
    _expands(
        learner, steps, middle, _full(groups[:head] + groups[8 - tail :], 8 - head - tail, head)
    )
    for text, want in (
        ("::1", _full(["1"], 7)),
        ("1::", _full(["1"], 7, 1)),
        ("::", _full([], 8)),
        ("2001:DB8::ABCD", _full(["2001", "db8", "abcd"], 5, 2)),
        ("0:0:0:0:0:0:0:0", _full([], 8)),
        (f"::{':'.join(groups[:7])}", _full(groups[:7], 1)),
        (f"{':'.join(groups[:7])}::", _full(groups[:7], 1, 7)),
        (f"{':'.join(groups[:4])}::{':'.join(groups[4:7])}", _full(groups[:7], 1, 4)),
    ):
        _expands(learner, steps, text, want)
    _expands(learner, steps, _full(groups), _full(groups))


@RULES.rule(weight=1, condition="lookalike")
def too_few_or_too_many_groups(learner: Learner, steps: Steps, rng: Random) -> None:
    """ "::" twice or for no group, and too few or too many groups: ValueError.

    “::”出现两次、一段也不代表，或者段数太少、太多：抛出 ValueError。
    """
    groups = [_group(rng) for _ in range(9)]
    half = ":".join(groups[:4])
    rest = ":".join(groups[4:8])
    texts = ("1::2::3", "::1::", ":::", "1:::2", f"{half}::{rest}", f"::{half}:{rest}")
    for text in (*texts, f"{half}:{rest}::"):
        reply = asked(learner, steps, "expand_ipv6", text)
        reply.raises(ValueError, because={str: None if ":::" in text else "ADR-19"})
    for count in (7, 9, 1):
        reply = asked(learner, steps, "expand_ipv6", ":".join(groups[:count]))
        reply.raises(ValueError)


@RULES.rule(weight=1, condition="lookalike")
def what_is_no_group(learner: Learner, steps: Steps, rng: Random) -> None:
    """Five digits, other characters than hex digits, blanks, signs, nothing at all: ValueError.

    五个数字、不是十六进制数字的字符、空格、正负号、空文本：抛出 ValueError。
    """
    converts = "int(" in steps.source.of(["expand_ipv6"])
    long, letter = f"1{rng.randrange(16**4):04x}", rng.choice(string.ascii_lowercase[6:])
    rest = ":".join(_group(rng) for _ in range(7))
    texts = (
        *("-1::", "+1::", "0x1::", "1_0::", f"{long}::", f"{long}:{rest}", "00001::", "１::"),
        *(" ::1", "::1 ", "1: 2::", "::1\n", f"{letter}::", f"{rest}:1{letter}"),
        *(":1::2", "1::2:", ":1::", "::1:"),
        *("", ":", ":1", "1:", f":{rest}", f"{rest}:", f"{rest}.1", "192.0.2.1"),
    )
    for text in texts:
        taken = converts and _int_takes(text)
        signs: Mistakes = {str: "ADR-13"} if taken else {}
        asked(learner, steps, "expand_ipv6", text).raises(ValueError, because=signs)


def _int_takes(text: str) -> bool:
    """Tell whether int(group, 16) raises nothing for every group."""
    try:
        return bool([int(group, 16) for group in text.split(":") if group])
    except ValueError:
        return False
