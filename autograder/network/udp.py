"""Endpoints of ours that the learner's code talks to, across a network that may be bad.

What they send and receive is told. The network's faults are played with the code of netlib's
relays and no thread: a rule looks, and only then anything happens, so the same run always tells
the same story.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograder.clock import CLOCK, Moment
from autograder.deadlines import WIRE_S
from autograder.network.reply import CHATTER_S
from autograder.network.run import Run, Watched
from autograder.network.sockets import Datagram, UDPPeer
from autograder.text.because import Because
from autograder.text.story import STRANGER, YOU
from autograder.text.wording import Text, describe
from netlib.schedule.datagrams import Crossing, Passage
from netlib.trace import Fate

__all__ = ["Talker", "spaced"]

Address = tuple[str, int]
DATAGRAM = ("a datagram", "一个数据报")


class _Way(NamedTuple):
    """Between which address of the learner's code and which of ours; fate: as the rule has it."""

    theirs: Address
    ours: Address
    stamp: float
    fate: Fate = "delivered"


class Talker:
    """A party of ours, by name: a port, or several that share one network.

    Whoever sends first is the client of the two.

    Attributes:
        address, sock: of its first port.
        delivered: what has reached the learner's code from here, in order.
    """

    def __init__(self, run: Run, name: Text, peer: UDPPeer, bind: Callable[[str], UDPPeer]) -> None:
        """bind returns one more socket, on a host."""
        self._run, self.name, self._bind = run, name, bind
        self._peers = {peer.address: peer}
        self.address: Address = peer.address
        self.sock: socket.socket = peer.sock
        run.naming.call(peer.address, name)
        self._passages: dict[Text, Passage[_Way]] = {}  # by sender, once there is a client
        self._arrived: list[Crossing[_Way]] = []
        self.delivered: list[bytes] = []

    def port(self) -> Address:
        """Open one more port, a free one of the same host; return its address."""
        peer = self._bind(self.address[0])
        self._peers[peer.address] = peer
        self._run.naming.call(peer.address, self.name)
        return peer.address

    def send(
        self, data: bytes, to: Address, fate: Fate = "delivered", source: Address | None = None
    ) -> None:
        """Send one datagram to the learner's code, from one of our ports (the first, unless
        told otherwise); the network does its worst."""
        self._cross(self.name, _Way(to, source or self.address, time.time(), fate), data)

    def receive(
        self,
        what: str | tuple[str, str] = DATAGRAM,
        because: Because = None,
        within: float = WIRE_S,
        fate: Fate | None = None,
    ) -> Datagram:
        """Return the next datagram that arrives. Fails if none does.

        fate is what the story says of it, where that is not what the network did: "lost", if we
        shall behave as if it had not come.
        """
        end = CLOCK.limit(within)
        while not self._ready():
            datagram = self._wait(end)
            if datagram is not None:
                self._take(datagram)
            elif not self._ready():
                self._nothing_came(Text.of(what), because, within)
        return self._next(fate)

    def expect(
        self,
        data: bytes,
        what: str | tuple[str, str] = DATAGRAM,
        because: Because = None,
        within: float = WIRE_S,
        fate: Fate | None = None,
    ) -> Datagram:
        """Return the next datagram that arrives. Fails if none does, or one with other bytes."""
        came = self.receive(what, because, within, fate)
        self._run.expect(what, got=came.data, want=data, because=because)
        return came

    def asked(self, reply: Watched, within: float = WIRE_S) -> Datagram | None:
        """Return the next datagram that arrives, or None when a call has ended, or none came."""
        end = CLOCK.limit(within)
        while not reply.ended and not self._ready():
            datagram = self._wait(end)
            if datagram is not None:
                self._take(datagram)
            elif CLOCK.passed(end):
                return None
        return None if reply.ended else self._next()

    def drain(self) -> list[Datagram]:
        """Return the datagrams that have arrived and were not received yet."""
        for peer in self._peers.values():
            while (datagram := peer.receive()) is not None:
                self._take(datagram)
        came = []
        while self._ready():
            came.append(self._next())
        return came

    def chatter(self, data: bytes, to: Address) -> Callable[[], None]:
        """Return a function that sends data; the story tells it once, not forty times."""
        fate: Fate = "forged" if self.name == STRANGER else "delivered"
        told = False

        def send() -> None:
            nonlocal told
            if told:
                with self._run.untold():
                    self.send(data, to, fate)
                return
            told = True
            self.send(data, to, fate)
            every = f"{CHATTER_S * 1000:g} ms"
            self._run.tell(self.name, f"again every {every}", f"每 {every} 再发一次")

        return send

    def close(self) -> None:
        """Close it: from now on nobody listens there."""
        for peer in self._peers.values():
            peer.close()

    # -- the network ---------------------------------------------------------------------------

    def _wait(self, end: Moment) -> Datagram | None:
        return self._run.wait(tuple(self._peers.values()), end, self._ready)

    def _take(self, datagram: Datagram) -> None:
        """Let a datagram of the learner's cross."""
        self._cross(YOU, _Way(datagram.source, datagram.at, datagram.time), datagram.data)

    def _ready(self) -> bool:
        """Tell whether something has arrived; what strangers sent is told, and left out: a party
        of ours does not listen to them."""
        while self._arrived and self._arrived[0].fate == "forged":
            self._run.crossed(STRANGER, self.name, self._arrived.pop(0).data, "forged")
        return bool(self._arrived)

    def _next(self, fate: Fate | None = None) -> Datagram:
        crossing = self._arrived.pop(0)
        way = crossing.way
        self._run.crossed(YOU, self.name, crossing.data, fate or crossing.fate)
        return Datagram(crossing.data, way.theirs, way.stamp, way.ours)

    def _cross(self, sender: Text, way: _Way, data: bytes) -> None:
        if not self._passages:
            other = self.name if sender == YOU else YOU
            self._passages[sender] = Passage(self._run.faults, reply=False)
            self._passages[other] = Passage(self._run.faults, reply=True)
        self._passages[sender].feed(way, data, time.monotonic())
        self._go_on(sender)

    def _go_on(self, sender: Text) -> None:
        """Let arrive what has crossed by now, and come back for what has not."""
        passage, now = self._passages[sender], time.monotonic()
        for crossing in passage.arriving(now):
            if crossing.fate == "lost":
                self._lost(sender, crossing)
            elif sender == YOU:
                self._arrived.append(crossing)
            elif crossing.fate == "forged":
                self._run.crossed(STRANGER, YOU, crossing.data, "forged")
                self._bind(self.address[0]).sock.sendto(crossing.data, crossing.way.theirs)
            else:
                self._deliver(crossing)
        if (due := passage.due()) is not None:
            self._run.timers.after(due - now, lambda: self._go_on(sender))

    def _deliver(self, crossing: Crossing[_Way]) -> None:
        way = crossing.way
        fate = way.fate if crossing.fate == "delivered" else crossing.fate
        self._run.crossed(self.name, YOU, crossing.data, fate)
        self.delivered.append(crossing.data)
        self._peers[way.ours].sock.sendto(crossing.data, way.theirs)

    def _lost(self, sender: Text, crossing: Crossing[_Way]) -> None:
        self._run.crossed(sender, self.name if sender == YOU else YOU, crossing.data, "lost")

    def _nothing_came(self, what: Text, because: Because, within: float) -> None:
        early = self._run.ended()
        if early is not None:
            value = early.result(because=because)  # fails by itself if it raised
            shown = describe(self._run.naming.of(value))
            self._run.fail(
                what,
                got=Text(f"the call has returned {shown.en}", f"函数已返回 {shown.zh}"),
                want=Text("on the wire before the call ends", "函数返回之前就发出"),
                because=because,
                plainly=self._run.why_gone(early, value),
            )
        for sender, passage in self._passages.items():  # it waited for a next one, in vain
            for crossing in passage.end():
                self._lost(sender, crossing)
        because, plainly, line = self._run.stuck(because)
        seconds = CLOCK.paced(within)
        self._run.tell(self.name, "nothing came", "什么也没收到")
        self._run.fail(
            what,
            got=Text(f"nothing within {seconds:g} s", f"{seconds:g} s 内什么也没有到"),
            want=Text("on the wire", "已经发出"),
            because=because,
            late=True,
            plainly=plainly,
            remark=line,
        )


def spaced(
    run: Run,
    copies: Sequence[Datagram],
    began: float,
    timeout: float,
    *,
    first: int = 0,
    what: tuple[str, str] = ("the time between two copies", "两份之间的间隔"),
    because: Because = None,
) -> None:
    """Fail if copies came too early: copy n, counted from first, before n timeouts were over.

    A stamp can be late, never early: so each is measured from the beginning (time.time()).
    """
    if any(copy.time - began < timeout * 0.95 * n for n, copy in enumerate(copies, first)):
        got = Text("less than that", "没有那么久")
        want = Text(f"at least {timeout:g} s", f"至少 {timeout:g} s")
        run.fail(what, got=got, want=want, because=because)
