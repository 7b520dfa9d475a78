"""What rules of several chapters share: who takes part, what they say, where a stream is cut."""

import string
from random import Random

from autograder.text import Text
from autograder.text.because import Mistakes

__all__ = [
    "ANNA",
    "ANSWER",
    "AS_TEXT",
    "BEN",
    "CARL",
    "PATIENT_S",
    "PEER",
    "REQUEST",
    "ends",
    "han",
    "mixed",
    "payload",
    "resets",
    "word",
]

PEER = Text("peer", "对端")
ANNA, BEN, CARL = Text("anna", "安娜"), Text("ben", "小本"), Text("carl", "小卡")
REQUEST, ANSWER = ("the request", "请求"), ("the answer", "响应")

PATIENT_S = 5.0
"""A timeout for the learner's code that a busy machine does not reach by itself."""

AS_TEXT: Mistakes = {(UnicodeError, str): "TXT-03"}
"""Where bytes were due."""

_HAN = "你好世界网络套接字字节流中文消息服务器客户端端口地址"


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
