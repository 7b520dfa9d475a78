"""A command server of the learner's under way, and what clients of ours expect of it."""

import socket
import time
from dataclasses import dataclass
from typing import Any

from autograder.deadlines import CALL_S, PATIENCE
from autograder.network import Event, Learner, Lent, Reply, Steps, Stream
from autograder.rules.ch13.shared import frame, frames_in
from autograder.rules.common import or_hung
from autograder.text import QUIET, YOU, Because, Sent, Text

__all__ = ["ALLOWED", "CODE", "Service", "request"]

ALLOWED = {"echo", "printf", "cat", "seq", "true", "false", "sleep", "sh", "no-such-program"}
CODE = ("the first frame, the exit code", "第一帧（退出码）")
OUT, ERR = (
    ("the second frame, stdout", "第二帧（stdout）"),
    ("the third frame, stderr", "第三帧（stderr）"),
)
END = ("the end of the answers", "响应的结束")
COUNT = ("the number of clients", "客户端个数")
MOST = 1 << 20  # bytes in a frame of an answer
ANSWER_S = 1.5 * PATIENCE  # a command may take COMMAND_TIMEOUT_S, and a busy machine is slow
_STOP_S = CALL_S  # the contract says 0.5 s after stop.set(); a busy machine gets more, twice
_FALL_S = 0.1 * PATIENCE  # from the end of a connection to that of the server, if it has fallen


def request(*argv: str) -> bytes:
    """Return the frame that asks for a command."""
    return frame("\0".join(argv).encode())


@dataclass(frozen=True, slots=True)
class Service:
    """One call of command_server."""

    steps: Steps
    lent: Lent
    stop: Event
    reply: Reply

    @classmethod
    def begin(cls, learner: Learner, steps: Steps, lent: Lent | None = None) -> "Service":
        """Start the server, on this listener if one is given."""
        if steps.faults == QUIET:
            steps.protocol = "frame"  # whole frames cross, and are shown as such
        lent, stop = lent or steps.tcp.own_listener(), steps.event()
        reply = learner.start("command_server", lent, ALLOWED, stop)
        steps.story.pop()  # it shows a set, in an order that differs from run to run
        call = "command_server(…)"
        steps.tell(YOU, call, call)
        return cls(steps, lent, stop, reply)

    def client(self, name: tuple[str, str]) -> Stream:
        """Connect as somebody."""
        return self.steps.tcp.connect(name, self.lent.address, because="STR-43")

    def asks(
        self, client: Stream, argv: list[str], want: tuple[str, bytes], because: Because
    ) -> None:
        """Let a client ask; expect its answer."""
        client.send(request(*argv))
        self.answers(client, want, because)

    def answers(
        self,
        client: Stream,
        want: tuple[str, bytes],
        because: Because,
        *,
        err: bytes | None = None,
        wrong: Because = None,
    ) -> None:
        """Expect the three frames of an answer: want is (exit code, stdout); err None: any.

        because is cited if it does not come, wrong (if None: because) if it is another one.
        """
        cites, began, came = self._why(because), len(self.steps.story), bytearray()
        try:
            got = [self._frame(client, what, cites, came) for what in (CODE, OUT, ERR)]
        finally:
            whole = len(frames_in(bytes(came))) == 3  # then the rest belongs to the next
            self._as_one(client, began, bytes(came if whole else came + client.received))
        code, out = want
        for what, payload, wanted in zip(
            (CODE, OUT, ERR), got, (code.encode(), out, err), strict=True
        ):
            if wanted is not None:
                self.steps.expect(what, got=payload, want=wanted, because=wrong or because)

    def ends(self, client: Stream, because: Because) -> None:
        """Expect a client to read the end, and nothing before it."""
        cites = self._why(because)
        self.steps.expect(END, got=client.read_all(END, cites), want=b"", because=cites)

    def hangs_up(self, client: Stream, because: str) -> None:
        """Expect the end of a connection, by FIN or RST."""
        deadline = time.monotonic() + CALL_S
        while not (client.ended or client.was_reset) and time.monotonic() < deadline:
            client.hear(deadline)
        if not (client.ended or client.was_reset):
            self.steps.tell(client.name, "still connected", "连接还在")
            want, got = Text("ended", "已经结束"), Text("still open", "仍然打开")
            self.steps.fail(
                ("the connection", "连接"), got=got, want=want, because=because, late=True
            )

    def lives(self, because: Because) -> None:
        """Fail if the server has ended by itself."""
        end = time.monotonic() + _FALL_S
        while not self.reply.ended and time.monotonic() < end:
            self.steps.listen(end)
        if self.reply.ended:
            value = self.reply.result(because=because)
            self.steps.fail(
                ("the server", "服务器"),
                got=Text(f"returned {value!r:.40}", f"返回 {value!r:.40}"),
                want=Text("still serving, as stop is not set", "stop 还没有设置，应当继续服务"),
                because=because,
            )

    def silence(self, seconds: float) -> None:
        """Let nobody send for so long; the server must go on."""
        self.steps.tell(YOU, f"{seconds:g} s of silence", f"{seconds:g} s 没有动静")
        end = time.monotonic() + seconds
        while not self.reply.ended and time.monotonic() < end:
            self.steps.listen(end)
        if self.reply.ended:
            self.lives("UDP-22")

    def stops(self, count: int, because: str = "UDP-16") -> None:
        """Set stop; the server must return count in time and leave its listener open."""
        self.reply.rests()
        self.steps.tell(YOU, "stop.set()", "stop.set()")
        self.stop.set()
        got = self.reply.result(within=_STOP_S, because=or_hung(self.reply, None, because))
        self.steps.expect(COUNT, got=got, want=count)
        self.reply.left_open(self.lent, "STR-43")
        self.reply.closed_its_sockets()

    def _frame(
        self, client: Stream, what: tuple[str, str], cites: Because, came: bytearray
    ) -> bytes:
        """Return the payload of the next frame that a client reads; add its bytes to came."""
        if client.sock.fileno() >= 0:  # three small sends: Nagle waits for our ACKs (tcp(7))
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        head = client.read(4, what, cites, ANSWER_S)
        came += head
        size = int.from_bytes(head, "big")
        if size > MOST:
            want = Text("a length of 4 bytes, big-endian", "4 个字节的长度，大端")
            self.steps.fail(what, got=head, want=want, because="STR-10")
        payload = client.read(size, what, cites, ANSWER_S)
        came += payload
        return payload

    def _as_one(self, client: Stream, began: int, came: bytes) -> None:
        """Tell what came as one row: in what pieces it came differs from run to run."""
        rows = self.steps.story[began:]
        pieces = [at for at, row in enumerate(rows) if isinstance(row, Sent) and row.sender == YOU]
        del self.steps.story[began:]
        at = pieces[0] if pieces else 0
        self.steps.story += rows[:at]
        if came:
            self.steps.crossed(YOU, client.name, came)
        self.steps.story += [row for n, row in enumerate(rows) if n >= at and n not in pieces]

    def _why(self, because: Because) -> Because:
        """Return what to cite. A server that has fallen says more than the wire: it is told."""

        def cites(got: Any) -> str | None:
            if not isinstance(got, (Exception, bytes)):
                self.lives(cites)
            return because(got) if callable(because) else because

        return cites
