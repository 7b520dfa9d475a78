"""What rules of several exercises of chapter 05 need: what a chat has heard, and texts for it."""

from collections.abc import Callable
from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S
from autograder.network import LARGEST, Steps, Talker
from autograder.network.server import Server
from autograder.rules.common import han, mixed, word
from autograder.text import YOU, Because, Hang, Mistakes, Text, brief, such

__all__ = ["LOST_ON_THE_WAY", "Heard", "counted", "cut", "long_texts", "names"]

Address = tuple[str, int]

MESSAGE = ("what on_message is called with", "on_message 得到的参数")
SENDER = ("the address that on_message is called with", "on_message 得到的地址")

LOST_ON_THE_WAY: Mistakes = {UnicodeError: "UDP-10", ConnectionRefusedError: "UDP-12"}
"""What strangers and dead ports do to a program that did not think of them."""


class Heard:
    """What on_message was called with: hand `on_message` to the learner's code.

    Attributes:
        count: how many calls there were.
        meanwhile: what to do while the learner's code waits for the end of the next call.
    """

    def __init__(self, steps: Steps, server: Server | None = None) -> None:
        self._steps, self.server, self.count = steps, server, 0
        self._waiting: list[tuple[Any, Any]] = []
        self.meanwhile: Callable[[], None] | None = None

    def on_message(self, text: Any = ..., address: Any = ..., *more: Any) -> None:
        """Take a message."""
        self.count += 1
        self._waiting.append((text, address) if not more else (text, (address, *more)))
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()

    def next(self, because: Because = None) -> tuple[Any, Any]:
        """Return the next message, and tell it. Fails if none comes."""
        end = CLOCK.limit(WIRE_S)
        while not (self._waiting or self._has_ended() or CLOCK.passed(end)):
            self._steps.listen(end)
        if not self._waiting:
            self._nothing(because)
        text, address = self._waiting.pop(0)
        said = brief(self._steps.naming.of(text), 8)
        self._steps.tell(YOU, f"on_message({said.en}, …)", f"on_message({said.zh}, …)")
        return text, address

    def expect(self, want: str, sender: Address, because: Because = None) -> None:
        """Expect a message. Fails if none comes, or another one."""
        text, address = self.next((because, cut(want)))
        self._steps.expect(MESSAGE, got=text, want=want, because=(cut(want), because))
        self._steps.expect(SENDER, got=address, want=sender)

    def nothing_more(self, what: tuple[str, str], because: Because = None) -> None:
        """Fail if there was another call."""
        if self._waiting:
            text, _ = self._waiting[0]
            self._steps.tell(YOU, "on_message once more", "又调用了一次 on_message")
            want = Text("no other call", "没有别的调用")
            self._steps.fail(what, got=text, want=want, because=because)

    def _has_ended(self) -> bool:
        return self.server is not None and self.server.reply.ended

    def _nothing(self, because: Because) -> None:
        if self.server is not None:
            self.server.lives(because)
        because, plainly, line = self._steps.stuck(because)
        seconds = f"{CLOCK.paced(WIRE_S):g} s"
        self._steps.tell(YOU, "no on_message", "没有调用 on_message")
        self._steps.fail(
            ("on_message", "on_message"),
            got=Text(f"not called within {seconds}", f"{seconds} 内没有被调用"),
            want=Text("called with what has come", "用到达的内容调用"),
            because=because,
            late=True,
            plainly=plainly,
            remark=line,
        )


def cut(want: str) -> Mistakes:
    """Return the signs of a text that was stripped, or cut."""
    stripped = such(str, lambda got: got == want.strip() != want)
    begins = such(str, lambda got: 0 < len(got) < len(want) and want.startswith(got))
    return {stripped: "STR-41", begins: "UDP-06"}


def counted(got: Any, due: int) -> Any:
    """Return what to say of a count that is not due: how many are due differs from run to run."""
    if type(got) is not int or got in (0, due):
        return got
    if abs(got - due) == 1:
        return Text("one fewer", "少了一个") if got < due else Text("one more", "多了一个")
    if got == 2 * due:
        return Text("twice as many", "多了一倍")
    return Text("fewer", "少了") if got < due else Text("more", "多了")


def waits_alone(got: Any) -> bool:
    """Tell whether that is a wait for something that does not come."""
    return isinstance(got, Hang) and not got.standing.spins


def names(rng: Random) -> tuple[str, str]:
    """Return two different names, one of them Chinese."""
    return word(rng, 4).title(), f"小{han(rng, 1)}"


def long_texts(rng: Random) -> tuple[str, ...]:
    """Return texts of all lengths that a datagram can have."""
    return mixed(rng), han(rng, 4), word(rng, 1025), word(rng, 60_000), word(rng, LARGEST)


def say(talker: Talker, text: str, to: Address) -> None:
    """Send a text in UTF-8."""
    talker.send(text.encode(), to)
