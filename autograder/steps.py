"""What a rule does to the learner's code: calls it, plays its peer, and tells the story.

Everything that a rule does or sees is recorded in order, so a failed rule can be drawn. A
rule that is not satisfied raises Failed; any other exception in a rule is our own fault.
"""

import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.calls import PATIENCE, Event
from autograder.observed import Gone, Hang, Raised
from autograder.peers import Datagram, UDPPeer
from autograder.subject import Subject
from autograder.wording import Text, describe, difference, same
from netlib.trace import Fate

__all__ = ["YOU", "Because", "Did", "Failed", "Happened", "Sent", "Steps", "Talker"]

YOU = Text("you", "你的程序")
WIRE_S = 1.0 * PATIENCE
"""Seconds that a rule waits for something to arrive from the learner's code."""

Because = str | Callable[[Any], str | None] | None
"""The misconception to cite: an id, or a function of what was got that returns one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that crossed. sender and receiver are names of endpoints."""

    sender: Text
    receiver: Text
    data: bytes
    fate: Fate = "delivered"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened at one endpoint."""

    at: Text
    what: Text


Did = Sent | Happened


class Failed(Exception):
    """The learner's code does not do what the rule's clause says.

    Attributes:
        kind: failed, late, gone or unwritten.
        because: id of the misconception that this failure shows, if it shows another than
            the rule's; raised names exception classes to look up in the catalogue.
    """

    def __init__(
        self,
        expected: Text | None,
        got: Text | None,
        because: str | None = None,
        *,
        kind: str = "failed",
        remark: Text | None = None,
        raised: Raised | None = None,
    ) -> None:
        super().__init__(got.en if got else "")
        self.expected, self.got, self.because = expected, got, because
        self.kind, self.remark, self.raised = kind, remark, raised


class Watched(Protocol):
    """A call under way, as `Steps` sees it."""

    asked: bool

    @property
    def ended(self) -> bool: ...

    def result(self, within: float = ..., because: Because = ...) -> Any: ...


class Steps:
    """The network around the learner's code for one run of one rule."""

    def __init__(self, subject: Subject, quote: Callable[[tuple[str, int]], str]) -> None:
        """quote returns the source line at (label of a cell, line)."""
        self.subject, self._quote = subject, quote
        self._open: list[Watched] = []
        self._peers: list[UDPPeer] = []
        self._talkers: list[Talker] = []
        self.story: list[Did] = []

    # -- what rules use ------------------------------------------------------------------------

    def udp(self, name: Text | tuple[str, str], host: str = "127.0.0.1", port: int = 0) -> "Talker":
        """Return an endpoint of ours that the learner's code talks to."""
        talker = Talker(self, Text.of(name), self._keep(UDPPeer(host, port)))
        self._talkers.append(talker)
        return talker

    def own_socket(self, host: str = "127.0.0.1") -> "UDPPeer":
        """Return a bound UDP socket to hand to the learner's code."""
        return self._keep(UDPPeer(host, 0))

    def event(self) -> Event:
        """Return an event to hand to the learner's code; we set it."""
        return self.subject.event()

    def expect(
        self,
        what: str | tuple[str, str],
        *,
        got: Any,
        want: Any,
        because: Because = None,
    ) -> None:
        """Fail unless got is want, in type and in value."""
        if not same(want, got):
            self.fail(what, got=got, want=want, because=because)

    def fail(
        self,
        what: str | tuple[str, str],
        *,
        got: Any,
        want: Any,
        because: Because = None,
        late: bool = False,
    ) -> None:
        """Fail: what names the thing compared; want and got may be values or Texts."""
        name = Text.of(what)
        wanted, came = describe(self.named(want)), describe(self.named(got))
        expected = Text(f"{name.en}: {wanted.en}", f"{name.zh}：{wanted.zh}")
        remark = None if isinstance(want, Text) else difference(want, got)
        cited = because(got) if callable(because) else because
        raise Failed(expected, came, cited, kind="late" if late else "failed", remark=remark)

    def close(self) -> None:
        """Give every socket back."""
        for peer in self._peers:
            peer.close()

    # -- for this module and its neighbours ----------------------------------------------------

    def named(self, value: Any) -> Any:
        """Return value with the addresses of our endpoints replaced by their names, since
        ports differ from run to run."""
        for talker in self._talkers:
            if value == talker.address:
                name = talker.name
                return Text(f"{name.en}'s address", f"{name.zh}的地址")
        if type(value) is tuple:
            return tuple(map(self.named, value))
        return value

    def addresses(self) -> list[tuple[str, int]]:
        """Return the addresses of our endpoints: they differ from run to run."""
        return [peer.address for peer in self._peers]

    def tell(self, at: Text, english: str, chinese: str) -> None:
        """Add an event at an endpoint to the story."""
        self.story.append(Happened(at, Text(english, chinese)))

    def watch(self, reply: "Watched") -> None:
        """Watch a call, so that waiting for something else notices its end."""
        self._open.append(reply)

    def wait(self, peer: UDPPeer, seconds: float) -> Datagram | None:
        """Return the next datagram at one of our endpoints, None if none comes in time.

        Fails at once if a call of the learner's ends meanwhile without having sent it.
        """
        deadline = time.monotonic() + seconds
        poller = select.poll()
        poller.register(peer.sock, select.POLLIN)
        poller.register(self.subject, select.POLLIN)
        while (left := deadline - time.monotonic()) > 0:
            ready = {fd for fd, _ in poller.poll(int(left * 1000) + 1)}
            if (datagram := peer.receive()) is not None:
                return datagram
            if self.subject.fileno() in ready:
                self._drain()
                if all(reply.ended for reply in self._open):
                    return peer.receive()  # what it sent before it ended is already here
        return None

    def listen(self, deadline: float) -> None:
        """Hear what the learner's code says until deadline, or until one thing is said."""
        poller = select.poll()
        poller.register(self.subject, select.POLLIN)
        if poller.poll(max(0, int((deadline - time.monotonic()) * 1000))):
            self._drain()

    def _drain(self) -> None:
        try:
            self.subject.handle_one()
        except Gone as error:
            raise self.gone(error) from None

    def ended(self) -> "Watched | None":
        """Return a call that has ended and whose end nobody has asked for."""
        return next((reply for reply in self._open if reply.ended and not reply.asked), None)

    def raised(
        self, error: Raised, because: Because = None, expected: Text | None = None
    ) -> Failed:
        """Return the failure that an exception of the learner's code means."""
        if error.names[0] == "NotImplementedError":
            return Failed(None, None, kind="unwritten")
        remark = None
        if error.where:
            line, source = error.where[1], self._quote(error.where)
            remark = Text(f"in line {line}: {source}", f"第 {line} 行：{source}")
        cited = because(error.error) if callable(because) else because
        self.tell(YOU, f"raised {error.names[0]}", f"抛出 {error.names[0]}")
        return Failed(expected, describe(error.error), cited, remark=remark, raised=error)

    def hang(self, error: Hang, because: Because) -> Failed:
        """Return the failure that a call which does not return means."""
        seconds = f"{error.seconds:g} s"
        got = Text(f"still waiting after {seconds}", f"{seconds} 后还没有返回")
        if error.where:
            line = self._quote(error.where)
            got = Text(
                f"{got.en}, in line {error.where[1]}: {line}",
                f"{seconds} 后还停在第 {error.where[1]} 行：{line}",
            )
        self.tell(YOU, "still waiting", "还在等")
        cited = because(None) if callable(because) else because
        return Failed(Text("a return", "函数返回"), got, cited, kind="late")

    def gone(self, error: Gone) -> Failed:
        """Return the failure that the end of the learner's process means."""
        self.tell(YOU, "the process ended", "进程结束了")
        return Failed(
            Text("a value, or an exception", "返回值或异常"),
            Text("your code ended the whole process", "你的代码结束了整个进程"),
            kind="gone",
        )

    def _keep(self, peer: UDPPeer) -> UDPPeer:
        self._peers.append(peer)
        return peer


class Talker:
    """An endpoint of ours, by name, whose messages are told in the story."""

    def __init__(self, steps: Steps, name: Text, peer: UDPPeer) -> None:
        self._steps, self.name, self._peer = steps, name, peer
        self.address = peer.address

    def send(self, data: bytes, to: tuple[str, int], fate: Fate = "delivered") -> None:
        """Send one datagram to the learner's code."""
        self._steps.story.append(Sent(self.name, YOU, data, fate))
        self._peer.sock.sendto(data, to)

    def receive(
        self,
        what: str | tuple[str, str] = ("a datagram", "一个数据报"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> Datagram:
        """Return the next datagram. Fails if none comes."""
        datagram = self._steps.wait(self._peer, within)
        if datagram is None:
            self._nothing_came(Text.of(what), because, within)
        assert datagram is not None
        self._steps.story.append(Sent(YOU, self.name, datagram.data))
        return datagram

    def drain(self) -> list[Datagram]:
        """Return the datagrams that have arrived and were not received yet."""
        came: list[Datagram] = []
        while (datagram := self._peer.receive()) is not None:
            self._steps.story.append(Sent(YOU, self.name, datagram.data))
            came.append(datagram)
        return came

    def lose(self, datagram: Datagram) -> None:
        """Tell that the network lost a datagram which was received last."""
        self._steps.story[-1] = Sent(YOU, self.name, datagram.data, "lost")

    def close(self) -> None:
        """Close it: from now on nobody listens there."""
        self._peer.close()

    def _nothing_came(self, what: Text, because: Because, within: float) -> None:
        early = self._steps.ended()
        if early is not None:
            value = early.result(because=because)  # fails by itself if it raised
            self._steps.fail(
                what, got=Text.of(describe(value)), want=Text("first", "先到"), because=because
            )
        self._steps.tell(self.name, "nothing came", "什么也没收到")
        self._steps.fail(
            what,
            got=Text(f"nothing within {within:g} s", f"{within:g} s 内什么也没有到"),
            want=Text("on the wire", "出现在线上"),
            because=because,
            late=True,
        )
