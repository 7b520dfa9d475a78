"""What rules of several exercises of chapter 11 need: names, words, cuts, what has arrived."""

import string
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.deadlines import CALL_S
from autograder.network import Reply, Steps
from autograder.text import YOU, Because, Failed, Sent, Text, describe

__all__ = [
    "ANNA",
    "BEN",
    "BUFFER",
    "CUTS",
    "ENDS",
    "IN_CHARACTERS",
    "PATIENT_S",
    "PEER",
    "RESETS",
    "RETURNED",
    "arrived",
    "han",
    "raises",
    "returned",
    "word",
]

PEER = ("peer", "对端")
ANNA, BEN = ("anna", "安娜"), ("ben", "小本")
RETURNED = ("the return value", "返回值")

BUFFER = 16_384  # bytes, where a send is to be short
PATIENT_S = 5.0  # a timeout that a busy machine does not reach by itself

SIZE = 6
"""Bytes of the messages that are cut at every place."""

CUTS = ("split every 1", f"merge {SIZE} 500ms", "delay 2 10ms; split 2")
"""One byte at a time; in one piece; in two, the second of which is late."""
IN_CHARACTERS = ("split 1", "split 2", "split 4", "split 5")
"""Inside each of two Chinese characters, which take three bytes each in UTF-8."""
ENDS = tuple(f"half-close {n}" for n in range(SIZE))
RESETS = tuple(f"reset {n}" for n in range(SIZE))
"""After every possible byte, each in turn."""

_HAN = "你好世界网络套接字字节流中文消息服务器客户端端口地址"


def word(rng: Random, length: int = SIZE) -> str:
    """Return a word of ASCII letters."""
    return "".join(rng.choices(string.ascii_lowercase, k=length))


def han(rng: Random, length: int = 2) -> str:
    """Return a few Chinese characters."""
    return "".join(rng.choices(_HAN, k=length))


def arrived(steps: Steps, began: int = 0) -> bytes:
    """Return what has reached the learner's code since the story had so many rows."""
    pieces = (did for did in steps.story[began:] if isinstance(did, Sent) and did.sender != YOU)
    return b"".join(piece.data for piece in pieces if piece.fate != "lost")


def raises(
    steps: Steps,
    reply: Reply,
    kind: type[Exception],
    because: Because,
    shown: Callable[[Any], Any],
    within: float = CALL_S,
) -> Exception:
    """Return the exception that a call raises, as `Reply.raises` does.

    shown is asked what to say of a value in its place, where that differs from run to run.
    """
    want = Text(f"{kind.__name__} raised", f"抛出 {kind.__name__}")
    try:
        value = reply.value(because, within)
    except Failed as failure:
        if failure.raised is not None:
            if kind.__name__ in failure.raised.names:
                return failure.raised.error
            failure.expected = want
        raise
    cited = because(value) if callable(because) else because
    raise Failed(want, returned(steps, shown(value)), cited)


def returned(steps: Steps, value: Any) -> Text:
    """Tell that a call has returned a value, or what is to be said of it; return that."""
    said = describe(value)
    blank = " " if said.zh[:1].isascii() else ""
    chinese = f"返回{blank}{said.zh}"
    steps.tell(YOU, f"returned {said.en}", chinese)
    return Text(f"a return: {said.en}", chinese)
