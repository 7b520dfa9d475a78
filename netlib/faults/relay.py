"""What every relay is: a thread between clients and one target, started and ended by `with`.

How datagrams and streams are carried stands in udp_relay.py and tcp_relay.py.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Collection
from contextlib import ExitStack
from types import TracebackType
from typing import ClassVar, Literal, Protocol

from netlib.clock import Clock
from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError
from netlib.faults.loop import Loop
from netlib.schedule import Schedule
from netlib.serving import Server, serving
from netlib.trace import Address, Fate, Message, Step, Trace, summary

__all__ = ["Relay", "Run"]


class Run(Protocol):
    """The part of a relay that lives in its thread."""

    def close(self) -> None:
        """Give everything back that it opened."""


class Relay:
    """A network between any number of clients and one target on loopback.

    Args:
        target: where everything from the clients goes; IPv4 or IPv6.
        faults: a Schedule or its text, for example "lose 1; delay reply 2 50ms".
        names: what the trace calls the first client and the target; the second client is
            "client 2". What comes from another port behind the relay is the target's too.
        clock: what delays run on.
        label: what stands on a ladder's arrow; `netlib.labels.label` knows some protocols.

    Attributes:
        trace: what crossed, in the order in which it crossed, with the addresses that
            clients see.
    """

    kind: ClassVar[Literal["udp", "tcp"]]
    words: ClassVar[Collection[str]]

    def __init__(
        self,
        target: Address,
        faults: Schedule | str = "",
        *,
        names: tuple[str, str] = ("client", "server"),
        clock: Clock | None = None,
        label: Callable[[bytes], str] = summary,
    ) -> None:
        self.target = target
        self.faults = Schedule.parse(faults) if isinstance(faults, str) else faults
        self.faults.only(self.words, f"a {type(self).__name__}")
        self.check()
        self.names = names
        self.clock = clock or Clock()
        self._label = label
        self.trace = Trace()
        self.resolved, self.far_host = target, ""  # known when it runs
        self._clients = 0
        self._stranger = False
        self.began = 0.0
        self._server: Server[None] | None = None
        self._ending = ExitStack()

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The names in the trace, as a ladder wants them: a client, the target, the others."""
        others = (f"{self.names[0]} {number}" for number in range(2, self._clients + 1))
        return (*self.names, *others, *(["stranger"] if self._stranger else []))

    def __enter__(self) -> Address:
        if self._server is not None:
            name = type(self).__name__
            raise NetlibError(f"this relay is running already: make a second {name}(...)")
        six = ":" in self.target[0]
        with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(self.target)  # sends nothing; a bad address fails here, not in a thread
            self.resolved, self.far_host = probe.getpeername(), probe.getsockname()[0]
        self.trace, self._clients, self._stranger = Trace(), 0, False
        self.began = self.clock.now()
        with ExitStack() as ending:
            woken, waker = socket.socketpair()
            ending.callback(woken.close)
            ending.callback(waker.close)
            ready = threading.Event()

            def relay(front: socket.socket, stop: threading.Event) -> None:
                self._carry(front, woken, ready)

            server = serving(relay, self.kind, "::1" if six else "127.0.0.1")
            address = server.__enter__()
            ending.push(server.__exit__)
            ending.callback(waker.close)  # woken reads the end of its stream: the thread ends
            waker.setblocking(False)

            def wake() -> None:
                with contextlib.suppress(OSError):  # full of earlier calls: it is awake
                    waker.send(b"!")

            self.clock.call(wake)
            ending.callback(self.clock.forget, wake)
            ready.wait(SERVER_S)
            self._server = server
            self._ending = ending.pop_all()
        return address

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server = None
        self._ending.__exit__(kind, error, trace)

    def check(self) -> None:
        """Raise ValueError if the schedule means nothing here."""

    def start(self, front: socket.socket, loop: Loop) -> Run:
        """Begin to carry what comes to front."""
        raise NotImplementedError

    def _carry(self, front: socket.socket, woken: socket.socket, ready: threading.Event) -> None:
        loop = Loop(self.clock, woken)
        try:
            run = self.start(front, loop)
            ready.set()
            try:
                loop.run()
            finally:
                run.close()
        finally:
            ready.set()
            loop.close()

    def now(self) -> float:
        """Return the seconds since the relay was entered."""
        return self.clock.now() - self.began

    def new_client(self) -> str:
        """Return the name of one more client."""
        self._clients += 1
        return self.names[0] if self._clients == 1 else f"{self.names[0]} {self._clients}"

    def new_stranger(self) -> str:
        """Return the name of the third port, which has a column from now on."""
        self._stranger = True
        return "stranger"

    def record(
        self,
        ends: tuple[str, str],
        wire: tuple[Address, Address],
        data: bytes | memoryview = b"",
        fate: Fate = "delivered",
        *,
        step: Step = "datagram",
        label: str | None = None,
        sent: float | None = None,
        faults: str = "",
    ) -> int | None:
        """Record one message of ends[0] to ends[1], which left wire[0] for wire[1]."""
        if not self.trace.room(len(data)):
            self.trace.skip(len(data))
            return None
        data = bytes(data)
        said = self._label(data) if label is None else label
        return self.trace.record(
            Message(
                *ends, said, data, fate, self.now(), step, sent, faults, wire[0][:2], wire[1][:2]
            )
        )
