"""11.7 method_table: what the kernel says to calls on the wrong socket."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import RETURNED, Learner, Steps
from autograder.text import Text, such

__all__ = ["RULES"]
RULES = Rules()

NONE = Text("no such key", "没有这个键")
TABLE = {  # measured on Linux 6.18; listen(2), accept(2), connect(2), recv(2), send(2)
    "listener.recv": "ENOTCONN",
    "listener.send": "EPIPE",
    "listener.getpeername": "ENOTCONN",
    "connected.accept": "EINVAL",
    "connected.listen": "EINVAL",
    "connected.connect": "EISCONN",
    "fresh.recv": "ENOTCONN",
    "fresh.getsockname": "ok",
}


_picks_up = such(str, lambda got: got == "ok")
"""A listener that talks, a connection that listens: so it is with telephones alone."""


def _answers(learner: Learner, steps: Steps, *kinds: str) -> dict[Any, Any]:
    """Return the table; the answers for these kinds of socket must be the right ones."""
    table = learner.start("method_table").value()
    if type(table) is not dict:
        steps.fail(RETURNED, got=table, want=Text("a dict", "一个字典"))
    asked = {key: want for key, want in TABLE.items() if key.startswith(kinds)}
    wrong = [key for key, want in asked.items() if table.get(key, NONE) != want]
    if wrong:
        got, want = table.get(wrong[0], NONE), Text.of(repr(asked[wrong[0]]))
        # Anything but a text is a slip.
        steps.fail(_one_of(wrong), got=got, want=want, because={_picks_up: "TCP-21"})
    return dict(table)


def _one_of(wrong: list[str]) -> Text:
    """Name the first key, and say how many there are."""
    if len(wrong) == 1:
        return Text.of(wrong[0])
    count = len(wrong)
    return Text(f"{wrong[0]} (one of {count} wrong)", f"{wrong[0]}（共 {count} 处不对）")


@RULES.rule(weight=2)
def a_listener_is_no_line(learner: Learner, steps: Steps, rng: Random) -> None:
    """The answers for the listener and for the connected socket are the kernel's.

    监听套接字和已连接套接字的答案，与内核给出的一致。
    """
    _answers(learner, steps, "listener", "connected")


@RULES.rule(weight=2)
def a_fresh_socket_and_no_more(learner: Learner, steps: Steps, rng: Random) -> None:
    """The answers for the fresh socket are the kernel's, and there are these eight keys only.

    新建套接字的答案与内核给出的一致，而且只有这八个键。
    """
    table = _answers(learner, steps, "fresh")
    keys = sorted(key for key in table if isinstance(key, str) and key not in TABLE)
    steps.expect(("keys that nobody asked for", "多出来的键"), got=keys, want=[])
    steps.expect(("the number of keys", "键的个数"), got=len(table), want=len(TABLE))
