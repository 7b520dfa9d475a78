"""05b.3 answer_to: what FeiQ answers, as values."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch05b.shared import (
    ANSENTRY,
    BR_ENTRY,
    BR_EXIT,
    FIELDS,
    RECVMSG,
    SENDCHECK,
    SENDMSG,
    flags,
    name,
)
from autograder.rules.common import han, mixed
from autograder.text import NOTHING, YOU, Because, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

ANSWER = ("the answer", "响应")
NAMES = {
    0: "0",
    BR_ENTRY: "BR_ENTRY",
    BR_EXIT: "BR_EXIT",
    ANSENTRY: "ANSENTRY",
    SENDMSG: "SENDMSG",
    RECVMSG: "RECVMSG",
}


def _message(rng: Random, command: int, version: str = "1") -> dict[str, Any]:
    """Return a message of somebody else's."""
    values = version, rng.randrange(10**4, 10**5), name(rng), name(rng), command, mixed(rng)
    return dict(zip(FIELDS, values, strict=True))


def _flagged(got: Any) -> bool:
    """Tell whether an answer has taken over the flags."""
    return isinstance(got, dict) and type(got.get("command")) is int and got["command"] > 0xFF


class _Asked:
    """Whoever is asked, with a name and a host of their own."""

    def __init__(self, learner: Learner, steps: Steps, rng: Random) -> None:
        self._learner, self._steps, self._rng = learner, steps, rng
        self._sender, self._host = name(rng) + han(rng), name(rng)

    def answers(
        self, message: dict[str, Any], command: int, content: str, because: Because = None
    ) -> None:
        """Expect that answer to a message."""
        packet_no = self._rng.randrange(10, 10**4)
        values = "1", packet_no, self._sender, self._host, command, content
        want = dict(zip(FIELDS, values, strict=True))
        got = self._reply(message, packet_no).result(because=because)
        cites = ({_flagged: "BRC-11"}, because)
        if got is None:  # which may well have been returned: it is an answer elsewhere
            id = self._steps.cites(cites, got) or NOTHING
            self._steps.fail(ANSWER, got=Text.of("None"), want=want, because=id)
        self._steps.expect(ANSWER, got=got, want=want, because=cites)

    def welcomes(self, message: dict[str, Any], because: Because = None) -> None:
        """Expect an ANSENTRY."""
        self.answers(message, ANSENTRY, self._sender, because)

    def is_silent(self, message: dict[str, Any], because: Because = None) -> None:
        """Expect no answer."""
        self._reply(message, self._rng.randrange(10, 10**4)).returns(None, ANSWER, because)

    def cuts_flags_off(self) -> bool:
        """Return whether a BR_ENTRY with flags is seen as one."""
        with self._steps.untold():
            message = _message(self._rng, BR_ENTRY | flags(self._rng))
            return self._reply(message, 1).result() is not None

    def _reply(self, message: dict[str, Any], packet_no: int) -> Any:
        self._steps.anew()
        number = message["command"]
        named = f"{NAMES[number & 0xFF]} {message['packet_no']}"
        said = f"{named}{f', with flags: {number:#x}' if number > 0xFF else ''}"
        chinese = f"{named}{f'，带标志位：{number:#x}' if number > 0xFF else ''}"
        self._steps.tell(YOU, said, chinese)
        arguments = message, self._sender, self._host, packet_no
        return self._learner.start_as("answer_to(message, …)", "answer_to", *arguments)


_silence: Callable[[Any], bool] = lambda got: got is None  # noqa: E731
_answered = such(dict, lambda got: True)


@RULES.rule(weight=1)
def who_enters_is_welcomed(learner: Learner, steps: Steps, rng: Random) -> None:
    """A BR_ENTRY, with flags or without, of any version, is answered by an ANSENTRY.

    BR_ENTRY 不管带不带标志位、version 是什么，都用 ANSENTRY 响应。
    """
    asked = _Asked(learner, steps, rng)
    asked.welcomes(_message(rng, BR_ENTRY))
    unseen: Mistakes = {_silence: "BRC-11"}
    for more in (flags(rng), SENDCHECK, flags(rng) | SENDCHECK):
        asked.welcomes(_message(rng, BR_ENTRY | more), unseen)
    asked.welcomes(_message(rng, BR_ENTRY, version=f"1_lbt{rng.randrange(2, 10)}_128"))


@RULES.rule(weight=1)
def what_was_received_is_confirmed(learner: Learner, steps: Steps, rng: Random) -> None:
    """A SENDMSG is confirmed by a RECVMSG, with its own number, if it asks for that, and only then.

    SENDMSG 要求确认时才用 RECVMSG 确认，内容是那条消息自己的编号。
    """
    asked = _Asked(learner, steps, rng)
    whole = not asked.cuts_flags_off()
    for more in (SENDCHECK, SENDCHECK | flags(rng)):
        message = _message(rng, SENDMSG | more)
        alone: Mistakes = {} if more == SENDCHECK else {_silence: "BRC-12"}
        unseen: Mistakes = {_silence: "BRC-11"} if whole else alone
        asked.answers(message, RECVMSG, str(message["packet_no"]), unseen)
    for more in (0, flags(rng)):
        asked.is_silent(_message(rng, SENDMSG | more))


@RULES.rule(weight=1)
def nothing_else_is_answered(learner: Learner, steps: Steps, rng: Random) -> None:
    """Everything else, also an ANSENTRY and a RECVMSG, is not answered, with any flags.

    其他命令一概不响应，包括 ANSENTRY 和 RECVMSG，带什么标志位都一样。
    """
    asked = _Asked(learner, steps, rng)
    for command in (ANSENTRY, RECVMSG, BR_EXIT, 0):
        an_answer = command in (ANSENTRY, RECVMSG)
        cites: Mistakes = {_answered: "BRC-08"} if an_answer else {}
        for more in (0, SENDCHECK, flags(rng)):
            asked.is_silent(_message(rng, command | more), cites)
