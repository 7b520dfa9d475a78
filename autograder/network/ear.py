"""A UDP socket that the learner's code has made and returned: the rule hears and sends with it.

It is on the host of its birth, so whoever may send to it, and where what it sends leaves, is as
the learner's code made it.
"""

import select
import socket

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S
from autograder.network.reply import Reply
from autograder.network.run import Run
from autograder.network.sockets import LARGEST
from autograder.text.because import Because
from autograder.text.story import YOU
from autograder.text.wording import Text, brief, describe

__all__ = ["Ear"]

_SOCKET = Text("a UDP socket", "一个 UDP 套接字")
_HEARD = ("what the socket hears", "套接字收到的内容")
_SENT = ("sendto with the socket", "用这个套接字 sendto")


class Ear:
    """The socket that a call returns. Fails if it returns anything else, or raises.

    Attributes:
        sock: the socket; it never blocks.
        bound: the host that it is bound to, "0.0.0.0" for all.
    """

    def __init__(self, run: Run, reply: Reply, because: Because = None) -> None:
        self._run = run
        made = reply.value(because)
        is_udp = isinstance(made, socket.socket) and made.type == socket.SOCK_DGRAM
        said = _SOCKET if is_udp else brief(made, 0)
        run.tell(YOU, f"returned {said.en}", f"返回 {said.zh}")
        if not is_udp:
            run.fail(("the return value", "返回值"), got=made, want=_SOCKET, because=because)
        self.sock: socket.socket = made
        self.bound: str = made.getsockname()[0]
        made.setblocking(False)

    def hears(self, data: bytes, because: Because = None) -> None:
        """Fail unless that is the next datagram that it hears; it waits for it."""
        got = self._next()
        if got is None:
            self._run.tell(YOU, "hears nothing", "什么也没收到")
            nothing = Text("nothing", "什么也没有")
            want = describe(data)
            self._run.fail(_HEARD, got=nothing, want=want, because=because, late=True)
        said = describe(got)
        self._run.tell(YOU, f"hears {said.en}", f"收到 {said.zh}")
        self._run.expect(_HEARD, got=got, want=data, because=because)

    def sends(self, data: bytes, to: tuple[str, int], because: Because = None) -> None:
        """Send with it. Fails if it may not; the exception is evidence."""
        try:
            self.sock.sendto(data, to)
        except OSError as error:
            name = type(error).__name__
            self._run.tell(YOU, f"sendto raised {name}", f"sendto 抛出 {name}")
            shown = Text.of(f"{name}: {error.strerror}")
            works = Text("the datagram is sent", "数据报发出去了")
            cites = self._run.cites(because, error)
            self._run.fail(_SENT, got=shown, want=works, because=cites)

    def _next(self) -> bytes | None:
        end = CLOCK.limit(WIRE_S)
        while True:
            passed = CLOCK.passed(end)  # before the look: what has come by now counts
            try:
                return self.sock.recv(LARGEST)
            except OSError:
                if passed:
                    return None
            self._run.listen(end, self.sock, select.POLLIN)
