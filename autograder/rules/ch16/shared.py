"""What rules of several exercises of chapter 16 need: what a call that never waits gives away."""

from collections.abc import Sequence
from typing import Any

from autograder.network import Reply, Steps
from autograder.text import YOU, Hang, Mistakes, Proof, Text, such

__all__ = [
    "END",
    "IDLE_S",
    "LOOKS",
    "NEVER_WAITS",
    "is_end",
    "is_nothing",
    "only_look",
]

END = ("the end of the connection", "连接的结束")
IDLE_S = 0.2  # in which nothing happens
LOOKS = 3  # once in a while a call that only looks waits for Python's lock

NEVER_WAITS: Mistakes = {
    such(Hang, lambda got: "sendall" in got.line): "MUX-08",
    such(Hang, lambda got: not got.standing.spins): "MUX-20",
    BlockingIOError: "MUX-17",
}
"""Where a call never waits, and nothing to do is nobody's fault."""


def is_nothing(got: Any) -> bool:
    """Tell whether that says "nothing yet"."""
    return got is None


def is_end(got: Any) -> bool:
    """Tell whether that says "nothing ever again"."""
    return isinstance(got, bytes) and not got


def only_look(steps: Steps, replies: Sequence[Reply]) -> None:
    """Fail if each of these calls, which have ended, has waited for something, however briefly."""
    if all(reply.waited for reply in replies):
        steps.tell(YOU, "waited each time", "每次都等了")
        got = Text("some, each time", "每次都等")
        want = Text("none", "不等待")
        steps.fail(("waiting", "等待"), got=got, want=want, because=Proof("MUX-20"))
