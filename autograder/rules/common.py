"""What rules of several chapters share: who takes part, what they say, where a stream is cut."""

import errno
import string
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.text import Because, Hang, Mistakes, Text, such
from autograder.text.observed import Standing

__all__ = [
    "AFTER_SILENCE",
    "ANNA",
    "ANSWER",
    "AS_TEXT",
    "AT_THE_KEYBOARD",
    "BEN",
    "CARL",
    "DORA",
    "EMMA",
    "GONE",
    "PATIENT_S",
    "PEER",
    "REQUEST",
    "begins",
    "ends",
    "han",
    "holds_more",
    "mixed",
    "named",
    "payload",
    "resets",
    "spins_at_the_end",
    "waits_for_more",
    "word",
]

PEER = Text("peer", "对端")
ANNA, BEN, CARL = Text("anna", "安娜"), Text("ben", "本尼"), Text("carl", "卡尔")
DORA, EMMA = Text("dora", "朵拉"), Text("emma", "艾玛")
REQUEST, ANSWER = ("the request", "请求"), ("the answer", "响应")

PATIENT_S = 5.0
"""A timeout for the learner's code that a busy machine does not reach by itself."""

AFTER_SILENCE: Because = ({Standing: "UDP-22"}, "UDP-22")
"""Where a server is to answer though nobody has spoken for a while."""

AT_THE_KEYBOARD: Mistakes = {such(EOFError, lambda got: "type" in str(got)): "UDP-17"}
"""Where a server is to answer."""

GONE: Mistakes = {
    ConnectionError: "STR-29",
    such(OSError, lambda got: got.errno == errno.ENOTCONN): "STR-29",  # of shutdown
}
"""Where one client's end is no other's."""

AS_TEXT: Mistakes = {(UnicodeError, str): "TXT-03"}
"""Where bytes were due."""

_HAN = "你好世界网络套接字字节流中文消息服务器客户端端口地址"


def begins(want: bytes) -> Callable[[Any], bool]:
    """Return the sign of a cut: the beginning of want, and no more."""
    return such(bytes, lambda got: 0 < len(got) < len(want) and want.startswith(got))


def _waits(got: Hang) -> bool:
    line = got.line.partition("#")[0]
    elsewhere = any(word in line for word in ("sleep", "accept", "join(", "input("))
    return not (got.standing.spins or got.standing.unread or elsewhere)


waits_for_more = such(Hang, _waits)
"""The sign of a call that has taken all that came, and receives once more."""


spins_at_the_end = such(Hang, lambda got: got.standing.spins and not got.standing.unread)
"""The sign of a call that has taken all that came, and does not see the end of the stream."""


def holds_more(want: bytes) -> Callable[[Any], bool]:
    """Return the sign of want, which is not empty, with more behind it."""
    return such(bytes, lambda got: len(got) > len(want) > 0 and got.startswith(want))


def named(*names: str) -> Callable[[Any], bool]:
    """Return the sign of exceptions whose classes have one of these names, the learner's, too."""
    return such(Exception, lambda got: getattr(got, "called", type(got).__name__) in names)


def word(rng: Random, length: int = 6) -> str:
    """Return a word of ASCII letters."""
    if length <= _LONG:
        return "".join(rng.choices(string.ascii_lowercase, k=length))
    return rng.randbytes(length).translate(_LETTERS).decode()  # a hundredth of the time


_LONG = 1000
_LETTERS = bytes(string.ascii_lowercase.encode()[byte % 26] for byte in range(256))


def mixed(rng: Random) -> str:
    """Return what people write: capitals, digits, blanks and other separators beside letters."""
    return (
        f"{word(rng, 2).title()}-{word(rng, 2).upper()} {rng.randrange(10, 100)}_{word(rng, 2)}.X"
    )


def payload(rng: Random, length: int = 3) -> bytes:
    """Return a word of ASCII letters, as bytes."""
    return word(rng, length).encode()


def han(rng: Random, length: int = 2) -> str:
    """Return a few Chinese characters: three bytes each in UTF-8, two in GBK."""
    return "".join(rng.choices(_HAN, k=length))


def ends(size: int) -> tuple[str, ...]:
    """Return schedules that end a stream of so many bytes, after every possible one in turn."""
    return tuple(f"half-close {n}" for n in range(size))


def resets(size: int) -> tuple[str, ...]:
    """The same for a reset."""
    return tuple(f"reset {n}" for n in range(size))
