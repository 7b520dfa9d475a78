"""What rules of several chapters need: words to send, neighbours who chatter, servers to stop."""

import string
import time
from collections.abc import Callable
from random import Random
from typing import Any

from autograder.learner.calls import CALL_S, Event
from autograder.network.learner import Reply
from autograder.network.steps import YOU, Because, Steps, Talker
from autograder.text.wording import Text

__all__ = [
    "CHATTER_S",
    "STRANGER",
    "chatter",
    "han",
    "or_hung",
    "silence",
    "stop_and_count",
    "stop_under_traffic",
    "waited",
    "word",
]

STRANGER = ("stranger", "陌生人")
CHATTER_S = 0.02
_STOP_S = CALL_S  # the contract says 0.5 s after stop.set(); a busy machine gets more, twice
_HAN = "你好世界网络套接字数据报中文消息服务器客户端端口地址"


def word(rng: Random, length: int = 6) -> str:
    """Return a word of ASCII letters."""
    return "".join(rng.choices(string.ascii_lowercase, k=length))


def han(rng: Random, length: int = 4) -> str:
    """Return a few Chinese characters, which GBK knows too."""
    return "".join(rng.choices(_HAN, k=length))


def waited(steps: Steps, reply: Reply, seconds: float, because: Because = "UDP-04") -> None:
    """Fail if a call gave up early. (A lower bound is safe on any machine.)"""
    if reply.seconds < seconds * 0.98:
        steps.fail(
            ("the wait", "等待时间"),
            got=Text("less than that", "没有等那么久"),  # a number would differ in every run
            want=Text(f"at least {seconds:g} s", f"至少 {seconds:g} s"),
            because=because,
        )


def or_hung(reply: Reply, because: Because, hung: str) -> Because:
    """Return what to cite: hung if the call does not end, else because."""

    def cites(got: Any) -> str | None:
        if got is None and not reply.ended:
            return hung
        return because(got) if callable(because) else because

    return cites


def chatter(steps: Steps, talker: Talker, data: bytes, to: tuple[str, int]) -> Callable[[], None]:
    """Return a function that sends data; the story tells it once, not forty times."""
    told = False

    def send() -> None:
        nonlocal told
        talker.send(data, to, "forged" if talker.name.en == STRANGER[0] else "delivered")
        if told:
            steps.story.pop()
        else:
            every = f"{CHATTER_S * 1000:g} ms"
            steps.tell(talker.name, f"again every {every}", f"每 {every} 再发一次")
        told = True

    return send


# -- servers ------------------------------------------------------------------------------------


def silence(steps: Steps, reply: Reply, seconds: float) -> None:
    """Send nothing for so long. Fails if the server returns or raises meanwhile."""
    steps.tell(YOU, f"{seconds:g} s of silence", f"{seconds:g} s 没有动静")
    end = time.monotonic() + seconds
    while not reply.ended and time.monotonic() < end:
        steps.listen(end)
    if reply.ended:
        value = reply.result(because="UDP-22")
        steps.fail(
            ("the server", "服务器"),
            got=Text(f"returned {value!r}", f"返回 {value!r}"),
            want=Text("still serving, as stop is not set", "stop 还没有设置，应当继续服务"),
            because="UDP-22",
        )


def stop_and_count(steps: Steps, stop: Event, reply: Reply, count: int) -> None:
    """Set stop while the server is idle; it must return count in time."""
    reply.rests()
    _set(steps, stop)
    steps.expect(
        ("the number of answers", "响应的个数"),
        got=reply.result(within=_STOP_S, because=_no_stop),
        want=count,
        because=lambda got: "UDP-07" if type(got) is int else None,
    )


def stop_under_traffic(steps: Steps, stop: Event, reply: Reply, send: Callable[[], None]) -> None:
    """Set stop while a client goes on sending; the server must return in time."""
    send()
    reply.rests()  # it has answered the first
    _set(steps, stop)
    end = time.monotonic() + _STOP_S
    while not reply.ended and time.monotonic() < end:
        send()
        steps.listen(time.monotonic() + CHATTER_S)
    if not reply.ended:
        steps.tell(YOU, "still serving", "还在服务")
        steps.fail(
            ("a return", "函数返回"),
            got=Text(f"still serving after {_STOP_S:g} s", f"{_STOP_S:g} s 后还在服务"),
            want=Text("soon after stop.set()", "stop.set() 之后不久"),
            because="UDP-16",
            late=True,
        )
    reply.result()


def _no_stop(got: Any) -> str:
    return "UDP-22" if isinstance(got, TimeoutError) else "UDP-16"


def _set(steps: Steps, stop: Any) -> None:
    steps.tell(YOU, "stop.set()", "stop.set()")
    stop.set()
