"""00.5 Inbox: every object has a state of its own."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Handle, Learner, Steps
from autograder.rules.common import han, word
from autograder.text import YOU, Because, Text, brief, such

__all__ = ["RULES"]
RULES = Rules()

TAKEN = ("what take returns", "take 的返回值")


class _Inbox:
    """An Inbox of theirs, and what must wait in it."""

    def __init__(self, learner: Learner, steps: Steps, number: int) -> None:
        made = learner.start("Inbox").value()
        if not isinstance(made, Handle):
            want = Text("an object of class Inbox", "一个 Inbox 对象")
            steps.fail("Inbox()", got=made, want=want)
        self._learner, self._steps, self._object = learner, steps, made
        self._name = Text(f"inbox {number}", f"收件箱 {number}")
        self._waiting: list[str] = []

    def put(self, text: str) -> None:
        """Add a message."""
        self._tell(f"put({brief(text, 8).en})")
        self._learner.watched(self._object.start("put", text)).value()
        self._waiting.append(text)

    def take(self, *others: str) -> None:
        """Take what waits, and nothing else; others are messages of other inboxes."""
        want, self._waiting = self._waiting, []
        self._tell(*_waiting(want))
        self._tell("take()")

        def has_others(got: Any) -> bool:
            return isinstance(got, list) and any(each in got for each in others)

        was_emptied = such(list, lambda got: want and not got)
        because: Because = {has_others: "CON-10", was_emptied: "PYT-05"}
        reply = self._learner.watched(self._object.start("take"))
        reply.returns(want, TAKEN, because)

    def _tell(self, english: str, chinese: str = "") -> None:
        said = f"{self._name.zh}：{chinese or english}"
        self._steps.tell(YOU, f"{self._name.en}: {english}", said)


def _waiting(texts: list[str]) -> Text:
    """Return what was put and not taken, in one row: its own rows may be too far up."""
    if not texts:
        return Text("nothing waits", "没有等待中的消息")
    said = ", ".join(brief(text, 8).en for text in texts)
    return Text(f"{said} wait" + "s" * (len(texts) == 1), f"等待中的有 {said}")


@RULES.rule(weight=2)
def two_inboxes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Two inboxes keep their own messages, in order.

    两个收件箱各存各的消息，保持先后顺序。
    """
    one, two = _Inbox(learner, steps, 1), _Inbox(learner, steps, 2)
    first, second, same = word(rng, 3), han(rng, 2), word(rng, 2)
    one.put(first)
    two.put(second)
    one.put(same)
    one.put("")
    one.put(same)
    one.take(second)
    two.take(first, same)


@RULES.rule(weight=1)
def each_message_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """What was taken does not wait any more, and a new inbox is empty.

    取走的消息不再等待；新的收件箱是空的。
    """
    inbox, early, late = _Inbox(learner, steps, 1), word(rng, 3), word(rng, 4)
    inbox.put(early)
    _Inbox(learner, steps, 2).take(early)  # before any take of the first has made a new list
    inbox.take()
    inbox.take()
    inbox.put(late)
    _Inbox(learner, steps, 3).take(early, late)
    inbox.take()
