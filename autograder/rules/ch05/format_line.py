"""05.1 format_line: what came from a stranger, as one line that draws nothing."""

import time
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import han, mixed
from autograder.text import YOU, Because, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

Address = tuple[str, int]

LINE = ("the line", "这一行")
ZONES = {"CST-8": 8, "EST5": -5}  # as POSIX writes them: hours to add to reach UTC; ours from UTC
HOUR_S = 3600
WIDE_BLANK = "\u3000"  # it draws nothing, and is not printable

QUOTED = Text(
    "There is punctuation in it that nobody has sent: str() and repr() of a pair or a text add it.",
    "里面有些标点不是谁发来的：对二元组或文本用 str()、repr()，就会带上它们。",
)


def _clock(at: float, hours: int) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(at + hours * HOUR_S))


def _asks(
    learner: Learner, steps: Steps, zone: str, at: float, address: Address, text: str, want: str
) -> None:
    """Let them format text in a time zone, and expect want behind the address."""
    host, port = address
    whole = f">>{_clock(at, ZONES[zone])}|{host}:{port}=====>{want}"
    behind = f"|{host}:{port}=====>"

    def is_in_utc(got: str) -> bool:
        return got == f">>{_clock(at, 0)}{behind}{want}"

    def was_stripped(got: str) -> bool:
        return got.endswith(behind + want.strip()) and want != want.strip()

    def draws(got: str) -> bool:
        return not got.replace(WIDE_BLANK, "").isprintable()

    signs: Mistakes = {
        such(str, draws): "UDP-23",
        such(str, is_in_utc): "UDP-29",
        such(str, was_stripped): "STR-41",
    }
    because: Because = signs
    steps.tell(YOU, f"local time is UTC{ZONES[zone]:+}", f"本地时间是 UTC{ZONES[zone]:+}")
    said = f"format_line({at:.0f}, …, {text!r})"
    reply = learner.start_as(said, "in_zone", zone, at, address, text)
    got = reply.result(because=because)
    if got != whole:
        plainly = QUOTED if _is_quoted(got, address, text) else None
        steps.fail(LINE, got=got, want=whole, because=because, plainly=plainly)


def _is_quoted(got: Any, address: Address, text: str) -> bool:
    return isinstance(got, str) and (repr(address) in got or repr(text) in got)


@RULES.rule(weight=1)
def one_line_in_local_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """The line holds the local time, the host, the port and the text, exactly.

    这一行依次是本地时间、主机、端口和文本，一个字符也不差。
    """
    midnight = 1_700_006_400  # 2023-11-15 00:00 UTC: a whole number of days
    early = midnight + 3 * HOUR_S + rng.randrange(60) * 60 + rng.randrange(10)
    late = midnight + 13 * HOUR_S + rng.randrange(10) * 60 + rng.randrange(60)
    address = f"192.0.2.{rng.randrange(1, 200)}", rng.randrange(1024, 65536)
    texts = (mixed(rng), f"{han(rng, 3)}：“{han(rng)}” 'ok' \\n", "", f" {han(rng)}  {mixed(rng)} ")
    for zone in ZONES:
        for at in (early, late):
            for text in texts:
                steps.anew()
                _asks(learner, steps, zone, at, address, text, text)


@RULES.rule(weight=1, condition="unprintable")
def nothing_draws(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each character that is not printable is shown as one "?", so that one message is one line.

    每个不可打印的字符都显示为一个“?”，一条消息就是一行。
    """
    at, address = 1_700_000_000.0, ("192.0.2.7", 8080)
    fates = ["\r", "\n", "\x1b[2J", "\u202e", "\r\n", "\x9b1A", "\u2028", "\0", "\t"]
    rng.shuffle(fates)
    for fate in (*fates, WIDE_BLANK):
        before, behind = mixed(rng), han(rng)
        for text in (before + fate + behind, fate + before, before + fate):
            steps.anew()
            want = "".join(each if each.isprintable() else "?" for each in text)
            _asks(learner, steps, "CST-8", at, address, text, want)
