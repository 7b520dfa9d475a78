"""The TCP sockets of one run of a rule: connections, ours and the learner's listeners."""

import errno
import select
import socket
from random import Random

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S
from autograder.network.folder import Folder
from autograder.network.run import Run
from autograder.network.sockets import Lent
from autograder.network.stream import Stream
from autograder.text.because import Because
from autograder.text.observed import TooLate
from autograder.text.wording import Text
from netlib.ports import reserved_port

__all__ = ["TCP", "Listener"]

_LOOPBACK = "127.0.0.1"
_LOOK_S = 0.002  # between two looks whether somebody listens at a path


class TCP:
    """Makes sockets for a rule, and gives them back."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._open: list[socket.socket | Stream] = []

    def connection(
        self,
        name: str | tuple[str, str],
        *,
        timeout: float | None = None,
        buffer: int | None = None,
    ) -> tuple[Lent, Stream]:
        """Return a connected socket to hand to the learner's code, and our end, the client's.

        Args:
            timeout: of their socket.
            buffer: about as many bytes fit between what they send and what we read.
        """
        with socket.create_server((_LOOPBACK, 0)) as listener:
            ours = self._kept(socket.socket())
            if (window := self._window(buffer)) is not None:
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            ours.connect(listener.getsockname())
            theirs = self._kept(listener.accept()[0])
        if buffer is not None:
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        theirs.settimeout(timeout)
        return Lent(theirs), self._stream(name, ours, client=True)

    def pair(self, name: str | tuple[str, str], called: str) -> tuple[Lent, Stream]:
        """What `Steps.pair` returns."""
        ours, theirs = map(self._kept, socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))
        return Lent(theirs, called), self._stream(name, ours, client=True)

    def unix(
        self,
        name: str | tuple[str, str],
        folder: Folder,
        file: str,
        because: Because = None,
        within: float = WIRE_S,
    ) -> Stream:
        """What `Steps.unix` returns."""
        deadline = CLOCK.limit(within)
        while True:
            passed = CLOCK.passed(deadline) or self._run.ended() is not None
            try:
                return self._stream(name, self._kept(folder.connected(file)), client=True)
            except OSError:  # not there yet, or nobody listens yet
                if passed:
                    self._run.tell(Text.of(name), "cannot connect", "连接不上")
                    if (early := self._run.ended()) is not None:
                        early.result(because=because)  # fails by itself if it raised
                    self._run.fail(
                        (
                            "a Unix socket that listens at the path",
                            "在这个路径上监听的 Unix 套接字",
                        ),
                        got=Text("there is none", "没有"),
                        want=Text("made by your code", "由你的代码创建"),
                        because=because,
                        late=True,
                    )
            self._run.listen(min(deadline, CLOCK.after(_LOOK_S)))

    def hold(self, kind: str, host: str, port: int, *, listen: bool, reuse: bool) -> socket.socket:
        """What `Steps.hold` returns."""
        is_udp = kind == "udp"
        sock = self._kept(socket.socket(type=socket.SOCK_DGRAM if is_udp else socket.SOCK_STREAM))
        if reuse:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, port))
            if listen:
                sock.listen()
        except OSError:  # somebody was faster
            raise TooLate from None
        self._run.naming.addresses.append(sock.getsockname())
        return sock

    def quiet_port(self, rng: Random) -> int:
        """What `Steps.quiet_port` returns."""
        port, mark = reserved_port(rng)
        self._kept(mark)
        self._run.naming.addresses.append((_LOOPBACK, port))
        return port

    def listener(self, name: str | tuple[str, str], backlog: int = 16) -> "Listener":
        """Return a listener of ours, for the learner's code to connect to."""
        sock = self._kept(socket.create_server((_LOOPBACK, 0), backlog=backlog))
        if (window := self._window(None)) is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        address = sock.getsockname()
        self._run.naming.addresses.append(address)
        self._run.naming.call(address, Text.of(name))
        return Listener(self, Text.of(name), sock)

    def crowd(self, count: int, address: tuple[str, int]) -> list[socket.socket]:
        """Connect that many clients to a listener of the learner's: one row of the story, and
        plain blocking sockets, closed at the end. Fails if some are not taken."""
        who = Text(f"{count} clients", f"{count} 个客户端")
        poller, made = select.poll(), dict[int, socket.socket]()
        for _ in range(count):
            sock = self._kept(socket.socket())
            sock.setblocking(False)
            if sock.connect_ex(address) not in (0, errno.EINPROGRESS):
                break
            made[sock.fileno()] = sock
            poller.register(sock, select.POLLOUT)
        waiting, end = set(made), CLOCK.limit(WIRE_S)
        while waiting and not CLOCK.passed(end):
            for number, _ in poller.poll(CLOCK.left(end) * 1000):  # milliseconds
                poller.unregister(number)
                waiting.discard(number)
        well = [
            sock
            for number, sock in made.items()
            if number not in waiting and not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        ]
        self._run.tell(who, "connect", "连接")
        if len(well) < count:
            self._run.fail(("clients connected", "连接上的客户端"), got=len(well), want=count)
        for sock in well:
            sock.setblocking(True)
        return well

    def own_bound(self) -> Lent:
        """Return a socket to hand to the learner's code that has an address, and never listens."""
        sock = self._kept(socket.socket())
        sock.bind((_LOOPBACK, 0))
        self._run.naming.addresses.append(sock.getsockname())
        return Lent(sock)

    def own_listener(self, backlog: int = 16, buffer: int | None = None) -> Lent:
        """Return a listening socket to hand to the learner's code.

        buffer: about as many bytes fit into each of its connections before somebody reads them.
        """
        sock = self._kept(socket.create_server((_LOOPBACK, 0), backlog=backlog))
        if buffer is not None:  # connections inherit it
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        self._run.naming.addresses.append(sock.getsockname())
        return Lent(sock)

    def connect(
        self,
        name: str | tuple[str, str],
        address: tuple[str, int],
        because: Because = None,
        within: float = WIRE_S,
        buffer: int | None = None,
    ) -> Stream:
        """Connect to a listener of the learner's. Fails if nobody takes the connection.

        buffer: about as many bytes fit into ours before we read them.
        """
        sock = self._kept(socket.socket())
        if (window := self._window(buffer)) is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        sock.settimeout(within)
        try:
            sock.connect(address)
        except OSError as error:
            self._run.tell(Text.of(name), "cannot connect", "连接不上")
            self._run.fail(
                ("a connection to the listener", "连接到监听套接字"),
                got=error,
                want=Text("made", "成功"),
                because=because,
                late=isinstance(error, TimeoutError),
            )
        self._run.naming.call(sock.getsockname(), Text.of(name))
        return self._stream(name, sock, client=True)

    def close(self) -> None:
        """Close everything."""
        for each in self._open:
            each.close()

    def accepted(
        self, name: Text, listener: socket.socket, because: Because, within: float
    ) -> Stream:
        """Return the next connection that the learner's code makes to a listener of ours."""
        deadline = CLOCK.limit(within)
        listener.setblocking(False)
        while True:
            try:
                sock, _ = listener.accept()
            except BlockingIOError:
                if CLOCK.passed(deadline) or self._run.ended() is not None:
                    self._nobody(name, because, within)
                self._run.listen(deadline, listener, select.POLLIN)
            else:
                return self._stream(name, self._kept(sock), client=False)

    def _nobody(self, name: Text, because: Because, within: float) -> None:
        if (early := self._run.ended()) is not None:
            early.result(because=because)  # fails by itself if it raised
        seconds = CLOCK.paced(within)
        self._run.tell(name, "nobody connected", "没有人来连接")
        self._run.fail(
            ("a connection", "连接"),
            got=Text(f"none within {seconds:g} s", f"{seconds:g} s 内没有"),
            want=Text("from your code", "由你的代码发起"),
            because=because,
            late=True,
        )

    def _stream(self, name: str | tuple[str, str], sock: socket.socket, *, client: bool) -> Stream:
        stream = Stream(self._run, Text.of(name), sock, client=client)
        self._open.append(stream)
        return stream

    def _kept(self, sock: socket.socket) -> socket.socket:
        self._open.append(sock)
        return sock

    def _window(self, buffer: int | None) -> int | None:
        faults = (fault.amount for fault in self._run.faults.faults if fault.kind == "window")
        return next(faults, buffer)


class Listener:
    """A listener of ours, by name."""

    def __init__(self, tcp: TCP, name: Text, sock: socket.socket) -> None:
        self._tcp, self._name, self._sock = tcp, name, sock
        self.address: tuple[str, int] = sock.getsockname()

    def accept(self, because: Because = None, within: float = WIRE_S) -> Stream:
        """Return the next connection. Fails if the learner's code makes none."""
        return self._tcp.accepted(self._name, self._sock, because, within)

    def somebody_waits(self) -> bool:
        """Tell whether a connection has been made that was not accepted."""
        poller = select.poll()
        poller.register(self._sock, select.POLLIN)
        return bool(poller.poll(0))

    def close(self) -> None:
        """Close it: from now on nobody listens there."""
        self._sock.close()
