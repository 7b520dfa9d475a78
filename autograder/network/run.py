"""One run of one rule: the learner's process, the story of what happened, waiting and failing.

Everything that a rule does or sees is told in order, so a failed rule can be drawn. A rule that
is not satisfied raises Failed; any other exception in a rule is our own fault.
"""

import contextlib
import select
import socket
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Protocol

from autograder.clock import CLOCK
from autograder.learner.process import Process
from autograder.network.sockets import Datagram, UDPPeer
from autograder.network.timers import Timers
from autograder.text.because import Because, Mistakes, cited
from autograder.text.naming import Naming
from autograder.text.observed import Gone, Hang, Raised
from autograder.text.story import QUIET, YOU, Did, Failed, Happened, Kind, Sent
from autograder.text.wording import Text, caret, describe, difference, same
from netlib.schedule import Schedule
from netlib.trace import Fate

__all__ = ["Run", "Watched"]


class Watched(Protocol):
    """A call under way."""

    asked: bool

    @property
    def ended(self) -> bool: ...

    def result(self, within: float = ..., because: Because = ...) -> Any: ...


class Run:
    """What everything around the learner's code shares while a rule runs.

    Attributes:
        process: where the learner's code runs.
        faults: the network's.
        protocol: what the exercise's messages are, for `netlib.labels`.
    """

    def __init__(
        self,
        process: Process,
        quote: Callable[[tuple[str, int]], str],
        faults: Schedule = QUIET,
        protocol: str = "",
        mistakes: Mistakes | None = None,
    ) -> None:
        """quote returns the source line at (label of a cell, line)."""
        self.process, self._quote, self.faults = process, quote, faults
        self.protocol, self._mistakes = protocol, mistakes or {}
        self.timers, self.naming = Timers(), Naming()
        self._open: list[Watched] = []
        self._rows: list[Did] = []
        self._kept = self._begun = self._rounds = 0  # rows that stay, and those of a round's start

    # -- the story -----------------------------------------------------------------------------

    @property
    def story(self) -> tuple[Did, ...]:
        """What has been told so far."""
        return tuple(self._rows)

    def tell(self, at: Text, english: str, chinese: str) -> None:
        """Tell an event at an endpoint."""
        self._rows.append(Happened(at, Text(english, chinese)))

    def crossed(self, sender: Text, receiver: Text, data: bytes, fate: Fate = "delivered") -> None:
        """Tell a message."""
        self._rows.append(Sent(sender, receiver, data, fate, self.protocol))

    def keep_told(self) -> None:
        """Let what has been told so far stay, whatever begins anew."""
        self._kept = self._begun = len(self._rows)

    def anew(self) -> None:
        """Tell from here on only: what follows is the same once more, with other values.

        If a call is under way, it has seen what is forgotten: then the story says how often.
        """
        self._rounds += len(self._rows) > self._begun
        del self._rows[self._kept :]
        under_way = not all(reply.asked for reply in self._open)  # when one ends is chance
        if self._rounds and under_way:
            one = self._rounds == 1
            before = (
                "a round like this before" if one else f"{self._rounds} rounds like this before"
            )
            self.tell(YOU, before, f"之前已有 {self._rounds} 轮同样的过程")
        self._begun = len(self._rows)

    @contextlib.contextmanager
    def untold(self) -> Iterator[None]:
        """Tell nothing of what happens meanwhile: it differs from run to run, or was told already.

        Only an event with which the rule fails is told.
        """
        began = len(self._rows)
        try:
            yield
        except Failed:
            last = self._rows[began:][-1:]
            self._rows[began:] = [did for did in last if isinstance(did, Happened)]
            raise
        else:
            del self._rows[began:]

    def fold(self, at: Text, english: str, chinese: str) -> None:
        """Tell once what was told again and again, and then how it went on."""
        while len(self._rows) > 1 and self._rows[-1] == self._rows[-2]:
            self._rows.pop()
        self.tell(at, english, chinese)

    def join(
        self, before: tuple[Did, ...], way: tuple[Text, Text], held: bytes, left: int
    ) -> bytes:
        """Tell in one row what has crossed that way since the story was `before`, with the bytes
        held then, and without the last ones that are left; return those.

        When its pieces came differs from run to run: it is told behind all that has crossed.
        """
        known = set(map(id, before))
        began = sum(id(did) in known for did in self._rows)  # some may have been forgotten
        rows = self._rows[began:]
        sent = [did for did in rows if isinstance(did, Sent)]
        pieces = [did for did in sent if way == (did.sender, did.receiver)]
        data = held + b"".join(piece.data for piece in pieces)
        end = max(0, len(data) - left)
        last = max((n for n, did in enumerate(rows, 1) if did in sent), default=0)
        self._rows[began:] = [did for did in rows[:last] if did not in pieces]
        if end:
            self.crossed(*way, data[:end])
        self._rows += rows[last:]
        return data[end:]

    def forget(self, *rows: Did) -> None:
        """Tell nothing of these: when they happened differs from run to run."""
        self._rows = [did for did in self._rows if did not in rows]

    # -- waiting -------------------------------------------------------------------------------

    def watch(self, reply: Watched) -> None:
        """Watch a call, so that waiting for something else notices its end."""
        self._open.append(reply)

    def wait(
        self, peers: tuple[UDPPeer, ...], deadline: float, over: Callable[[], bool]
    ) -> Datagram | None:
        """Return the next datagram at one of these endpoints of ours.

        None if none comes before deadline (of the clock), if a timer lets over be true, or if
        all calls of the learner's have ended without having sent one.
        """
        poller = select.poll()
        for peer in peers:
            poller.register(peer.sock, select.POLLIN)
        poller.register(self.process, select.POLLIN)
        while True:
            passed = CLOCK.passed(deadline)  # before the look: what has come by now counts
            ready = {fd for fd, _ in poller.poll(0 if passed else self.timers.pause(deadline))}
            if (datagram := _received(peers)) is not None:
                return datagram
            self.timers.fire()
            if over():
                return None
            if self.process.fileno() in ready:
                self._drain()
                if all(reply.ended for reply in self._open) and not self.timers:
                    return _received(peers)  # what it sent before it ended is already here
            if passed:
                return None

    def listen(self, deadline: float, sock: socket.socket | None = None, events: int = 0) -> int:
        """Hear what the learner's code says until deadline, or until something happens.

        Returns what of events has happened to sock, errors included (poll(2)).
        """
        poller = select.poll()
        poller.register(self.process, select.POLLIN)
        if sock is not None and events:
            poller.register(sock, events)
        ready = dict(poller.poll(self.timers.pause(deadline)))
        if self.process.fileno() in ready:
            self._drain()
        self.timers.fire()
        return ready.get(sock.fileno(), 0) if sock is not None else 0

    def _drain(self) -> None:
        try:
            self.process.handle_one()
        except Gone as error:
            raise self.gone(error) from None

    def ended(self) -> Watched | None:
        """Return a call that has ended and whose end nobody has asked for."""
        return next((reply for reply in self._open if reply.ended and not reply.asked), None)

    # -- failing -------------------------------------------------------------------------------

    def fail(
        self,
        what: str | tuple[str, str],
        *,
        got: Any,
        want: Any,
        because: Because = None,
        late: bool = False,
    ) -> NoReturn:
        """Fail: what names the thing compared; want and got may be values or Texts."""
        name = Text.of(what)
        wanted, came = describe(self.naming.of(want)), describe(self.naming.of(got))
        expected = Text(f"{name.en}: {wanted.en}", f"{name.zh}：{wanted.zh}")
        names = self.naming.of if isinstance(want, dict) else self.naming.of_path
        pair = names(want), names(got)
        remark = None if isinstance(want, Text) else difference(*pair)
        under = caret(*pair, came)
        kind = Kind.LATE if late else Kind.FAILED
        raise Failed(
            expected, came, self.cites(because, got), kind=kind, remark=remark, under=under
        )

    def expect(
        self, what: str | tuple[str, str], *, got: Any, want: Any, because: Because = None
    ) -> None:
        """Fail unless got is want, in type and in value."""
        if not same(want, got):
            self.fail(what, got=got, want=want, because=because)

    def cites(self, because: Because, got: Any) -> str | None:
        """Return the misconception that a failure shows."""
        return cited(because, got, self._mistakes)

    def raised(
        self, error: Raised, because: Because = None, expected: Text | None = None
    ) -> Failed:
        """Return the failure that an exception of the learner's code means."""
        if error.names[0] == "NotImplementedError":
            return Failed(None, None, kind=Kind.UNWRITTEN)
        remark = self._line(error.where)
        id = self.cites(because, error.error)
        self.tell(YOU, f"raised {error.names[0]}", f"抛出 {error.names[0]}")
        got = self.naming.of_error(error.error)
        return Failed(expected, got, id, remark=remark, raised=error)

    def hang(self, error: Hang, because: Because) -> Failed:
        """Return the failure that a call which does not return means."""
        seconds = f"{error.seconds:g} s"
        got = Text(f"still waiting after {seconds}", f"{seconds} 后还没有返回")
        remark = self._line(error.where)
        self.tell(YOU, "still waiting", "还在等")
        id = self.cites(because, error)
        return Failed(Text("a return", "函数返回"), got, id, kind=Kind.LATE, remark=remark)

    def gone(self, error: Gone) -> Failed:
        """Return the failure that the end of the learner's process means."""
        if error.unreadable:
            self.tell(YOU, "returned something", "返回了某个值")
            got = Text("a value too large or too deep to look at", "一个太大或太深、无法查看的值")
            return Failed(Text("a plain value", "一个普通的值"), got, kind=Kind.GONE)
        self.tell(YOU, "the process ended", "进程结束了")
        return Failed(
            Text("a value, or an exception", "返回值或异常"),
            Text("your code ended the whole process", "你的代码结束了整个进程"),
            kind=Kind.GONE,
        )

    def failure(self, seen: Gone | Hang | Raised) -> Failed:
        """Return the failure that any of them means."""
        if isinstance(seen, Gone):
            return self.gone(seen)
        return self.hang(seen, None) if isinstance(seen, Hang) else self.raised(seen)

    def _line(self, where: tuple[str, int] | None) -> Text | None:
        if where is None:
            return None
        source = self._quote(where)
        return Text(f"in line {where[1]}: {source}", f"第 {where[1]} 行：{source}")


def _received(peers: tuple[UDPPeer, ...]) -> Datagram | None:
    for peer in peers:
        if (datagram := peer.receive()) is not None:
            return datagram
    return None
