"""A function run where it can do no harm: in a copy of this process, under a deadline.

A function that hangs, dies, prints without end or leaves programs running costs the notebook
its deadline and nothing else. What it changes in memory changes in the copy alone; what it
writes to files and sends over sockets is as real as ever.
"""

import contextlib
import marshal
import os
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from netlib import language
from netlib.attempt.building import built_on
from netlib.attempt.processes import ANSWER, watch
from netlib.deadlines import WATCHER_S
from netlib.errors import Unavailable

__all__ = ["Attempt", "attempt", "built_on"]

_PRINTED = 20_000  # bytes that are kept of what it prints


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """What came of a function; str() of it is a sentence.

    Attributes:
        outcome: "ended" is without an answer: killed, or by os._exit().
        value: what it returned, if that is plain data (None, bool, numbers, str, bytes, and
            tuples, lists, dicts and sets of them); else None.
        error: what it raised, "TypeError: ...".
        where: the line in which it hung, as it is written; "" if that is not known.
        printed: what it printed, the beginning of it.
    """

    outcome: Literal["returned", "raised", "hung", "ended"]
    sentence: str
    value: Any = None
    error: str = ""
    where: str = ""
    printed: str = ""

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"<Attempt: {self.sentence}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.sentence}


def attempt(
    function: Callable[..., object], *args: Any, seconds: float = 2.0, **kwargs: Any
) -> Attempt:
    """Call function(*args, **kwargs) in a forked process, for so many seconds at most.

    Everything that it has started is dead when this returns, whatever it did (on Linux).

    Raises:
        Unavailable: this system cannot fork.
    """
    if not callable(function):
        raise TypeError(f"attempt() expected a function; got {type(function).__name__}")
    if not 0 < seconds < 1e6:
        raise ValueError(f"attempt() expected seconds above 0; got {seconds}")
    if not hasattr(os, "fork"):
        raise Unavailable("expected a system that can fork; on Windows, open the course in WSL")
    pipes = [os.pipe() for _ in range(4)]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or both processes write what is waiting there
    with warnings.catch_warnings():
        # Python 3.12 warns that a fork beside threads may deadlock: the copy needs none of them
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    (leave, control), (end, end_w), (answer, answer_w), (printed, printed_w) = pipes
    if pid == 0:
        for descriptor in (control, end, answer, printed):
            os.close(descriptor)
        watch(lambda: function(*args, **kwargs), seconds, leave, end_w, answer_w, printed_w)
    for descriptor in (leave, end_w, answer_w, printed_w):
        os.close(descriptor)
    try:
        said = _listen(end, answer, printed, seconds + WATCHER_S)
        if not said[0]:  # the process that watches was itself killed, or stopped
            os.killpg(pid, signal.SIGKILL)
    finally:  # at an interrupt, too
        os.close(control)  # this ends everything
        with contextlib.suppress(ChildProcessError):  # where SIGCHLD is ignored
            os.waitpid(pid, 0)
        for descriptor in (end, answer, printed):
            os.close(descriptor)
    return _told(*said, seconds)


def _listen(end: int, answer: int, printed: int, seconds: float) -> tuple[bytes, bytes, str]:
    """Return how it ended (b"": nobody has said that), the answer, and what it printed."""
    deadline = time.monotonic() + seconds
    heard = {answer: bytearray(), printed: bytearray()}
    most = {answer: ANSWER + 4096, printed: _PRINTED}
    poll = select.poll()
    for descriptor in (end, answer, printed):
        os.set_blocking(descriptor, False)
        poll.register(descriptor, select.POLLIN)
    ended = False
    while not ended:
        left_s = max(0.0, deadline - time.monotonic())
        ready = {descriptor for descriptor, _ in poll.poll(left_s * 1000)}
        ended = end in ready or left_s == 0
        for descriptor in ready & set(heard):
            with contextlib.suppress(BlockingIOError):
                while part := os.read(descriptor, 1 << 16):
                    heard[descriptor] += part[: most[descriptor] - len(heard[descriptor])]
                    if not ended:
                        break  # there may be more than can ever be read
                else:
                    poll.unregister(descriptor)
    how = os.read(end, 64) if end in ready else b""
    return how, bytes(heard[answer]), heard[printed].decode(errors="replace")


def _told(end: bytes, answer: bytes, printed: str, seconds: float) -> Attempt:
    size = int.from_bytes(answer[:8], "big")
    if answer and len(answer) == 8 + size:
        kind, value, text = marshal.loads(answer[8:])
        if kind == "returned":
            return Attempt("returned", _say("returned", text=text), value, printed=printed)
        if kind == "raised":
            return Attempt("raised", _say("raised", text=text), error=text, printed=printed)
        where = text
    else:
        where = ""
        if end != b"late":
            return Attempt("ended", _ending(int(end or b"-9")), printed=printed)
    at = _say("at", where=where) if where else ""
    sentence = _say("hung", seconds=f"{seconds:g}") + at
    return Attempt("hung", sentence, where=where, printed=printed)


def _ending(code: int) -> str:
    if code < 0:
        return _say("killed", name=signal.Signals(-code).name)
    return _say("ended", code=code)


_WORDS = {
    "en": {
        "returned": "returned {text}",
        "raised": "raised {text}",
        "hung": "still waiting after {seconds} s",
        "at": ", at: {where}",
        "killed": "was ended by {name}",
        "ended": "ended without an answer, with exit code {code}",
    },
    "zh": {
        "returned": "返回 {text}",
        "raised": "抛出 {text}",
        "hung": "{seconds} s 之后仍在等待",
        "at": "，停在：{where}",
        "killed": "被 {name} 终止",
        "ended": "没有给出结果就结束了，退出码 {code}",
    },
}


def _say(word: str, **values: object) -> str:
    return _WORDS[language.chosen()][word].format(**values)
