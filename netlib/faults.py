"""Bad networks on loopback: a relay that loses, doubles, delays, swaps or spoils datagrams.

Two real sockets talk through it, each in its own program; the schedule (schedule.py) says
what happens to which datagram. Only UDP, and not the network's size, speed or ICMP: a
target that is not there looks like silence, as behind a firewall.
"""

import heapq
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType

from netlib.errors import NetlibError
from netlib.schedule import Fault, Schedule
from netlib.serving import Address, Server, serving
from netlib.trace import Fate, Message, summary

__all__ = ["Fault", "Schedule", "UDPRelay"]

_LARGEST = 65_507  # bytes: 65,535 less the headers of IPv4 and UDP
_BUFFER = 4 << 20  # bytes asked of the kernel, so that the relay itself loses nothing
_BATCH = 64  # datagrams read from one socket before the others have their turn
_CLIENTS = 200  # sockets towards the target; the oldest is closed first, as a NAT forgets
_RECORDED = 10_000  # messages in a trace,
_RECORDED_BYTES = 64 << 20  # and bytes in them


class UDPRelay:
    """A network between any number of UDP clients and one target.

    Clients send to the address that the with-block gets; each has a socket of its own
    towards the target, so replies find their way. Datagrams of up to 65,507 bytes pass,
    empty ones too. The same schedule and the same traffic give the same trace.

    A truncated or corrupted datagram is rare in a real network: UDP's checksum (RFC 768)
    takes most of them away. A reordered one waits for the next in its direction; if none
    comes, and if a delay outlasts the with-block, it is lost.

    Args:
        target: where the datagrams of the clients go.
        faults: a Schedule or its text, for example "lose 1; delay reply 2 50ms".
        names: what the trace calls the first client and the target; the second client is
            "client 2".

    Attributes:
        trace: what crossed, in the order in which it crossed.
        unrecorded: messages that the trace had no room for.
    """

    def __init__(
        self,
        target: Address,
        faults: Schedule | str = "",
        *,
        names: tuple[str, str] = ("client", "server"),
    ) -> None:
        self.target = target
        self.faults = Schedule.parse(faults) if isinstance(faults, str) else faults
        self.names = names
        self.trace: list[Message] = []
        self.unrecorded = 0
        self._resolved = target
        self._clients = 0
        self._server: Server[None] | None = None
        self._waker: socket.socket | None = None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The names in the trace, as a ladder wants them: a client, the target, the others."""
        others = (f"{self.names[0]} {number}" for number in range(2, self._clients + 1))
        return (*self.names, *others)

    def __enter__(self) -> Address:
        if self._server is not None:
            raise NetlibError("this relay is running already: make a second UDPRelay(...)")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(self.target)  # sends nothing; a bad address fails here, not in a thread
            self._resolved = probe.getpeername()
        self.trace, self.unrecorded, self._clients = [], 0, 0
        with ExitStack() as undo:
            woken, waker = socket.socketpair()
            undo.callback(woken.close)
            undo.callback(waker.close)

            def relay(front: socket.socket, stop: threading.Event) -> None:
                with woken:
                    _Run(self, front, woken).forward()

            self._server = serving(relay)
            undo.callback(setattr, self, "_server", None)
            address = self._server.__enter__()
            self._waker = waker
            undo.pop_all()
        return address

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        server, waker = self._server, self._waker
        self._server = self._waker = None
        if server is not None and waker is not None:
            waker.close()  # the other end reads the end of its stream, which ends the thread
            server.__exit__(kind, error, trace)

    def _name(self, reply: bool, number: int) -> tuple[str, str]:
        client = self.names[0] if number == 1 else f"{self.names[0]} {number}"
        return (self.names[1], client) if reply else (client, self.names[1])


@dataclass(frozen=True, slots=True)
class _Flight:
    """A datagram on its way, counted in its direction. data is as it will be delivered."""

    number: int
    reply: bool
    data: bytes
    fate: Fate
    client: Address


class _Run:
    """One run of a relay, in the relay's thread."""

    def __init__(self, relay: UDPRelay, front: socket.socket, woken: socket.socket) -> None:
        self.relay, self.front, self.woken = relay, front, woken
        self.plan: dict[tuple[bool, int], dict[str, int]] = {}
        for fault in relay.faults.faults:
            self.plan.setdefault((fault.reply, fault.number), {})[fault.kind] = fault.amount
        self.started = time.monotonic()
        self.selector = selectors.DefaultSelector()
        self.sockets: dict[Address, socket.socket] = {}  # towards the target, oldest first
        self.numbers: dict[Address, int] = {}
        self.count = {False: 0, True: 0}
        self.newest: dict[tuple[bool, Address], int] = {}
        self.delayed: list[tuple[float, int, _Flight]] = []  # a heap
        self.held: dict[bool, list[_Flight]] = {False: [], True: []}
        self.bytes = self.order = 0

    def forward(self) -> None:
        """Relay until the with-block ends."""
        try:
            self._watch(self.front, self._from_client)
            self.selector.register(self.woken, selectors.EVENT_READ)
            while True:
                wait = self.delayed[0][0] - time.monotonic() if self.delayed else None
                ready = self.selector.select(wait if wait is None else max(wait, 0))
                self._deliver_due()
                for key, _ in ready:
                    if key.fileobj is self.woken:
                        return
                    key.data()
        finally:
            for flight in (
                [f for _, _, f in sorted(self.delayed)] + self.held[False] + self.held[True]
            ):
                self._record(replace(flight, fate="lost"))
            self.selector.close()
            for sock in self.sockets.values():
                sock.close()

    def _watch(self, sock: socket.socket, receive: Callable[[bytes, Address], None]) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)

        def drain() -> None:
            for _ in range(_BATCH):
                try:
                    data, source = sock.recvfrom(_LARGEST)
                except OSError:  # nothing more, or an ICMP error: no business of the other side
                    return
                receive(data, source)

        self.selector.register(sock, selectors.EVENT_READ, drain)

    def _from_client(self, data: bytes, client: Address) -> None:
        if client not in self.numbers:
            self.relay._clients += 1
            self.numbers[client] = self.relay._clients
        self._arrive(data, False, client)

    def _arrive(self, data: bytes, reply: bool, client: Address) -> None:
        self.count[reply] = number = self.count[reply] + 1
        faults = self.plan.get((reply, number), {})
        waiting, self.held[reply] = self.held[reply], []
        data, fate = _spoilt(data, faults)
        flights = [_Flight(number, reply, data, fate, client)]
        if "duplicate" in faults:
            flights.append(replace(flights[0], fate="duplicate"))
        for flight in flights:
            if "lose" in faults:
                self._record(replace(flight, fate="lost"))
                break
            if "delay" in faults:
                self.order += 1  # of two that are due together, the first goes first
                due = time.monotonic() + faults["delay"] / 1000
                heapq.heappush(self.delayed, (due, self.order, flight))
            elif "reorder" in faults:
                self.held[reply].append(flight)
            else:
                self._deliver(flight)
        for flight in waiting:
            self._deliver(flight)

    def _deliver_due(self) -> None:
        while self.delayed and self.delayed[0][0] <= time.monotonic():
            self._deliver(heapq.heappop(self.delayed)[2])

    def _deliver(self, flight: _Flight) -> None:
        lane = flight.reply, flight.client
        if flight.number < self.newest.get(lane, 0) and flight.fate == "delivered":
            flight = replace(flight, fate="late")
        self.newest[lane] = max(flight.number, self.newest.get(lane, 0))
        recorded = self._record(flight)  # before it is sent: who has it, finds it in the trace
        if not self._send(flight) and recorded:
            self.relay.trace[-1] = replace(self.relay.trace[-1], fate="lost")

    def _send(self, flight: _Flight) -> bool:
        try:
            if flight.reply:
                self.front.sendto(flight.data, flight.client)
                return True
            sock = self._towards_target(flight.client)
            try:
                sock.send(flight.data)
            except ConnectionRefusedError:  # ICMP's answer to the one before; this one waits
                sock.send(flight.data)
        except OSError:  # a full queue, no route, no descriptor: a network loses it
            return False
        return True

    def _towards_target(self, client: Address) -> socket.socket:
        if client in self.sockets:
            return self.sockets[client]
        if len(self.sockets) >= _CLIENTS:
            oldest = self.sockets.pop(next(iter(self.sockets)))
            self.selector.unregister(oldest)
            oldest.close()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.connect(self.relay._resolved)
            self._watch(sock, lambda data, _: self._arrive(data, True, client))
        except BaseException:
            sock.close()
            raise
        self.sockets[client] = sock
        return sock

    def _record(self, flight: _Flight) -> bool:
        trace = self.relay.trace
        self.bytes += len(flight.data)
        if len(trace) >= _RECORDED or self.bytes > _RECORDED_BYTES:
            self.relay.unrecorded += 1
            return False
        sender, receiver = self.relay._name(flight.reply, self.numbers[flight.client])
        at = time.monotonic() - self.started
        label = summary(flight.data)
        trace.append(Message(sender, receiver, label, flight.data, flight.fate, at))
        return True


def _spoilt(data: bytes, faults: dict[str, int]) -> tuple[bytes, Fate]:
    """Return what truncate and corrupt make of data. An empty datagram cannot be spoilt."""
    fate: Fate = "delivered"
    if len(data) > faults.get("truncate", len(data)):
        data, fate = data[: faults["truncate"]], "truncated"
    if "corrupt" in faults and data:
        middle = len(data) // 2
        data = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
        fate = "corrupted"
    return data, fate
