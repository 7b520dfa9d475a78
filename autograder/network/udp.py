"""Endpoints of ours that the learner's code talks to, across a network that may be bad.

What they send and receive is told. The network's faults are played here, with the code of
netlib's relays and no thread: a rule looks, and only then anything happens, so the same run
always tells the same story.
"""

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.learner.calls import PATIENCE
from autograder.network.sockets import Datagram, UDPPeer
from autograder.text.story import YOU, Because
from autograder.text.wording import Text, describe
from netlib.schedule import Fault
from netlib.schedule.datagrams import Plan, spoilt
from netlib.trace import Fate

if TYPE_CHECKING:
    from autograder.network.steps import Steps, Watched

__all__ = ["STRANGER", "Talker"]

WIRE_S = 1.0 * PATIENCE
"""Seconds that a rule waits for something to arrive from the learner's code."""

STRANGER = Text("stranger", "陌生人")


class Talker:
    """A party of ours, by name: a port, or several that share one network.

    Whoever sends first is the client of the two.

    Attributes:
        address, sock: of its first port.
        delivered: what has reached the learner's code from here, in order.
    """

    def __init__(self, steps: "Steps", name: Text, peer: UDPPeer) -> None:
        self._steps, self.name, self._peers = steps, name, {peer.address: peer}
        self.address, self.sock = peer.address, peer.sock
        steps.naming.call(peer.address, name)
        self._plans = {reply: Plan(steps.faults, reply=reply) for reply in (False, True)}
        self._count = {YOU: 0, name: 0}  # by sender
        self._client: Text | None = None
        self._held: dict[Text, list[tuple[Datagram, Fate]]] = {YOU: [], name: []}
        self._arrived: list[tuple[Datagram, Fate]] = []
        self.delivered: list[bytes] = []

    def port(self) -> tuple[str, int]:
        """Open one more port, a free one of the same host; return its address."""
        peer = self._steps.own_socket(self.address[0])
        self._peers[peer.address] = peer
        self._steps.naming.call(peer.address, self.name)
        return peer.address

    def send(
        self,
        data: bytes,
        to: tuple[str, int],
        fate: Fate = "delivered",
        source: tuple[str, int] | None = None,
    ) -> None:
        """Send one datagram to the learner's code, from one of our ports (the first, unless
        told otherwise); the network does its worst."""
        datagram = Datagram(data, to, time.time(), source or self.address)
        for copy, became in self._crossed(self.name, datagram):
            self._deliver(copy, fate if became == "delivered" else became)

    def receive(
        self,
        what: str | tuple[str, str] = ("a datagram", "一个数据报"),
        because: Because = None,
        within: float = WIRE_S,
    ) -> Datagram:
        """Return the next datagram that arrives. Fails if none does."""
        end = time.monotonic() + within
        while not self._arrived:
            datagram = self._wait(end)
            if datagram is not None:
                self._take(datagram)
            elif not self._arrived:
                self._nothing_came(Text.of(what), because, within)
        return self._next()

    def asked(self, reply: "Watched", within: float = WIRE_S) -> Datagram | None:
        """Return the next datagram that arrives, or None when a call has ended, or none came."""
        end = time.monotonic() + within
        while not reply.ended and not self._arrived:
            datagram = self._wait(end)
            if datagram is not None:
                self._take(datagram)
            elif time.monotonic() >= end:
                return None
        return None if reply.ended else self._next()

    def drain(self) -> list[Datagram]:
        """Return the datagrams that have arrived and were not received yet."""
        for peer in self._peers.values():
            while (datagram := peer.receive()) is not None:
                self._take(datagram)
        return [self._next() for _ in range(len(self._arrived))]

    def close(self) -> None:
        """Close it: from now on nobody listens there."""
        for peer in self._peers.values():
            peer.close()

    # -- the network ---------------------------------------------------------------------------

    def _wait(self, end: float) -> Datagram | None:
        return self._steps.wait(tuple(self._peers.values()), end, lambda: bool(self._arrived))

    def _take(self, datagram: Datagram) -> None:
        """Let a datagram of the learner's cross, or be lost, or wait."""
        self._arrived += self._crossed(YOU, datagram)

    def _next(self) -> Datagram:
        datagram, fate = self._arrived.pop(0)
        self._steps.crossed(YOU, self.name, datagram.data, fate)
        return datagram

    def _deliver(self, datagram: Datagram, fate: Fate) -> None:
        self._steps.crossed(self.name, YOU, datagram.data, fate)
        self.delivered.append(datagram.data)
        self._peers[datagram.at].sock.sendto(datagram.data, datagram.source)

    def _crossed(self, sender: Text, datagram: Datagram) -> list[tuple[Datagram, Fate]]:
        """Return what of one more datagram, and of those that waited for it, arrives now."""
        self._client = self._client or sender
        self._count[sender] += 1
        faults = self._plans[sender != self._client].at(self._count[sender])
        held, self._held[sender] = self._held[sender], []
        late: list[tuple[Datagram, Fate]] = [(other, "late") for other, _ in held]
        if "stranger" in faults and sender == self.name:
            self._forge(faults["stranger"], datagram.source)
        if "lose" in faults:
            receiver = self.name if sender == YOU else YOU
            self._steps.crossed(sender, receiver, datagram.data, "lost")
            return late
        data, fate = spoilt(datagram.data, faults)
        copies: list[tuple[Datagram, Fate]] = [(replace(datagram, data=data), fate)]
        if "duplicate" in faults:
            copies.append((copies[0][0], "duplicate"))
        if "delay" in faults:
            self._steps.timers.after(
                faults["delay"].amount / 1000, lambda: self._arrive(sender, copies)
            )
            return late
        if "reorder" in faults:
            self._held[sender] = copies
            return late
        return [*copies, *late]

    def _arrive(self, sender: Text, copies: list[tuple[Datagram, Fate]]) -> None:
        """End a delay."""
        if sender == YOU:
            self._arrived += copies
        else:
            for datagram, fate in copies:
                self._deliver(datagram, fate)

    def _forge(self, fault: Fault, to: tuple[str, int]) -> None:
        data = b"stranger" if fault.data is None else fault.data
        self._steps.crossed(STRANGER, YOU, data, "forged")
        self._steps.own_socket().sock.sendto(data, to)

    def _nothing_came(self, what: Text, because: Because, within: float) -> None:
        early = self._steps.ended()
        if early is not None:
            value = early.result(because=because)  # fails by itself if it raised
            shown = describe(self._steps.naming.of(value))
            self._steps.fail(
                what,
                got=Text(f"the call has returned {shown.en}", f"函数已返回 {shown.zh}"),
                want=Text("on the wire before the call ends", "在函数结束之前出现在线上"),
                because=because,
            )
        for sender, held in self._held.items():  # it waited for a next one, in vain
            for datagram, _ in held:
                receiver = self.name if sender == YOU else YOU
                self._steps.crossed(sender, receiver, datagram.data, "lost")
        self._steps.tell(self.name, "nothing came", "什么也没收到")
        self._steps.fail(
            what,
            got=Text(f"nothing within {within:g} s", f"{within:g} s 内什么也没有到"),
            want=Text("on the wire", "出现在线上"),
            because=because,
            late=True,
        )
