"""One run of one rule: the learner's process, the story of what happened, waiting and failing.

Everything that a rule does or sees is told in order, so a failed rule can be drawn. A rule that
is not satisfied raises Failed; any other exception in a rule is our own fault.
"""

import contextlib
import select
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NoReturn, Protocol

from autograder.clock import CLOCK, Moment
from autograder.learner.process import Process
from autograder.learner.source import Source
from autograder.network.sockets import Datagram, UDPPeer
from autograder.network.timers import Timers
from autograder.text.because import NOTHING, Because, Mistakes, Proof, cited
from autograder.text.naming import Naming
from autograder.text.observed import Gone, Hang, Place, Raised, Standing
from autograder.text.plainly import (
    AT_ONCE,
    of_event,
    of_exception,
    of_standing,
    of_value,
    waits_for_keys,
)
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

    @property
    def waited(self) -> bool: ...

    def standing(self) -> Standing: ...

    def result(self, within: float = ..., because: Because = ...) -> Any: ...


class Run:
    """What everything around the learner's code shares while a rule runs.

    Attributes:
        process: where the learner's code runs; source: what it says.
        faults: the network's.
        returned: what the last call has returned.
        serves: the name of the function that is to serve until it is stopped, if one is.
        protocol: what the exercise's messages are, for `netlib.labels`.
    """

    def __init__(
        self,
        process: Process,
        source: Source,
        faults: Schedule = QUIET,
        protocol: str = "",
        mistakes: Mistakes | None = None,
    ) -> None:
        self.process, self.source, self.faults = process, source, faults
        self.returned: Any = ...
        self.serves = ""
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

        The same code has seen what is forgotten: so the story says how often.
        """
        self._rounds += len(self._rows) > self._begun
        del self._rows[self._kept :]
        if self._rounds:
            one = self._rounds == 1
            before = (
                "a round like this before" if one else f"{self._rounds} rounds like this before"
            )
            self.tell(YOU, before, f"此前同样的步骤已经顺利走过 {self._rounds} 轮")
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
        self, peers: tuple[UDPPeer, ...], deadline: Moment, over: Callable[[], bool]
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

    def listen(self, deadline: Moment, sock: socket.socket | None = None, events: int = 0) -> int:
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

    @contextlib.contextmanager
    def premise(self) -> Iterator[None]:
        """What fails meanwhile is not what the rule is about, and is told so."""
        try:
            yield
        except Failed as failure:
            failure.early = True
            raise

    # -- failing -------------------------------------------------------------------------------

    def fail(
        self,
        what: str | tuple[str, str],
        *,
        got: Any,
        want: Any,
        because: Because = None,
        late: bool = False,
        plainly: Text | None = None,
        remark: Text | None = None,
    ) -> NoReturn:
        """Fail: what names the thing compared; want and got may be values or Texts. plainly is
        said in the place of any misconception."""
        name = Text.of(what)
        wanted, came = describe(self.naming.of(want)), describe(self.naming.of(got))
        expected = Text(f"{name.en}: {wanted.en}", f"{name.zh}：{wanted.zh}")
        names = self.naming.of if isinstance(want, dict) else self.naming.of_path
        pair = names(want), names(got)
        remark = remark or (None if isinstance(want, Text) else difference(*pair))
        under = caret(*pair, came)
        kind, id = Kind.LATE if late else Kind.FAILED, self.cites(because, got)
        if plainly is None and got is self.returned and not (isinstance(id, Proof) and id):
            plainly = of_value(want, got, self.process.printed())
        nothing = got is None and self.returned is None
        if not isinstance(id, Proof) and (nothing or not _are_alike(want, got)):
            id = NOTHING
        raise Failed(expected, came, id, kind=kind, remark=remark, under=under, plainly=plainly)

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
            return Failed(None, None, kind=Kind.UNWRITTEN, raised=error)
        remark = self.line(error.where)
        id = self.cites(because, error.error)
        self.tell(YOU, f"raised {error.names[0]}", f"抛出 {error.names[0]}")
        got = self.naming.of_error(error.error)
        if waits_for_keys(error):
            got = Text("EOFError: nobody types here", "EOFError：这里没有人敲键盘")
        plainly = None if isinstance(id, Proof) and id else of_exception(error)
        return Failed(expected, got, id, remark=remark, raised=error, plainly=plainly)

    def hang(self, error: Hang, because: Because, expected: Text | None = None) -> Failed:
        """Return the failure that a call which does not end means."""
        seconds = f"{error.seconds:g} s"
        got = Text(f"still waiting after {seconds}", f"{seconds} 后还没有返回")
        if error.standing.spins:
            got = Text(f"still running after {seconds}", f"{seconds} 后还在运行")
        self.tell(YOU, "still waiting", "还在等")
        id = self._waits(because, error)
        return Failed(
            expected or Text("a return", "函数返回"),
            got,
            id,
            kind=Kind.LATE,
            hangs=True,
            remark=self._at(error.standing),
            plainly=None if isinstance(id, Proof) and id else of_standing(error.standing),
        )

    def _at(self, standing: Standing) -> Text | None:
        """Return the line at which a call is; of one that goes round, in which loop: where just
        then differs from run to run."""
        where = standing.where
        return self.line(self.source.loop(where) if where and standing.spins else where)

    def _waits(self, because: Because, got: Hang | Standing) -> str | None:
        if isinstance(got, Standing):
            got = replace(got, line=self.source.quote(got.where) if got.where else "")
        elif got.standing.where is not None:
            got.line = self.source.quote(got.standing.where)
        return self.cites(because, got)

    def stuck(self, because: Because) -> tuple[Because, Text | None, Text | None]:
        """Return what to cite, to say, and which line to show, where something is due from a call
        under way: one that takes nothing of what comes is evidence as a `Standing`, one that
        waits in its turn as a `Hang`."""
        for reply in self._open:
            if reply.ended:
                continue
            standing = reply.standing()
            came = standing if standing.unread else Hang(0, standing)
            if isinstance(id := self._waits(because, came), Proof):
                return id, None, None
            if standing.unread or standing.spins:
                return None, of_standing(standing), self._at(standing)
            return because, None, None
        return because, None, None

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

    def why_gone(self, reply: Watched, value: Any) -> Text | None:
        """Return what to say of a server that has returned that before it was stopped."""
        if not self.serves:
            return None
        if (said := of_event(self.source.of([self.serves]), self.serves)) is not None:
            return said
        asked = any(isinstance(did, Sent) and did.receiver == YOU for did in self._rows)
        if value not in (0, None) or reply.waited or (asked and not reply.standing().unread):
            return None
        return AT_ONCE

    def line(self, where: Place | None) -> Text | None:
        """Return a line of the learner's code in words."""
        if where is None:
            return None
        line, quoted, function = where[1], self.source.quote(where), self.source.function(where)
        if not function:
            return Text(f"in line {line}: {quoted}", f"第 {line} 行：{quoted}")
        return Text(
            f"in {function}, line {line} of the cell: {quoted}",
            f"{function}，单元格第 {line} 行：{quoted}",
        )


def _are_alike(want: Any, got: Any) -> bool:
    """Tell whether two values are of one type, as far as they are values: one of another type
    shows that, and no more."""
    none = want is None or got is None
    return none or isinstance(want, Text) or isinstance(got, Text) or type(want) is type(got)


def _received(peers: tuple[UDPPeer, ...]) -> Datagram | None:
    for peer in peers:
        if (datagram := peer.receive()) is not None:
            return datagram
    return None
