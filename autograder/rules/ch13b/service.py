"""A command server of the learner's under way, and what clients of ours expect of it."""

import socket

from autograder.deadlines import stretched
from autograder.network import Learner, Lent, Server, Steps, Stream
from autograder.rules.common import CARL, spins_at_the_end, waits_for_more
from autograder.rules.frames import LARGE, frame
from autograder.text import NOTHING, QUIET, Because, Failed, Mistakes, Text

__all__ = ["ALLOWED", "COUNT", "Service", "request"]

ALLOWED = {"echo", "printf", "cat", "seq", "true", "false", "sleep", "sh", "no-such-program"}
PARTS = (
    ("the first frame, the exit code", "第一帧（退出码）"),
    ("the second frame, stdout", "第二帧（stdout）"),
    ("the third frame, stderr", "第三帧（stderr）"),
)
END, COUNT = ("the end of the answers", "响应的结束"), ("the number of clients", "客户端个数")
ANSWER_S = stretched(1.5)  # a command may take COMMAND_TIMEOUT_S, and a busy machine is slow

Answer = tuple[bytes, ...]
"""Exit code, stdout and stderr, as many of the three as matter."""


def request(*argv: str) -> bytes:
    """Return the frame that asks for a command."""
    return frame("\0".join(argv).encode())


class Service(Server):
    """One call of command_server."""

    def __init__(self, learner: Learner, steps: Steps, listener: Lent | None = None) -> None:
        """Start the server, on this listener if one is given."""
        if steps.faults == QUIET:
            steps.protocol = "frame"  # whole frames cross, and are shown as such
        listener = listener or steps.tcp.own_listener()
        said = "command_server(…)"  # a set is shown in an order that differs from run to run
        super().__init__(learner, steps, "command_server", listener, ALLOWED, said=said)

    def prints(self, client: Stream, text: str, because: Because = None) -> None:
        """Let a client ask for text; expect the answer."""
        self.asks(client, ["printf", text], (b"0", text.encode()), because)

    def asks(self, client: Stream, argv: list[str], want: Answer, because: Because = None) -> None:
        """Let a client ask; expect the answer."""
        self.answers(client, want, because, request(*argv))

    def answers(
        self, client: Stream, want: Answer, because: Because = None, asked: bytes = b""
    ) -> None:
        """Let a client send what is asked; expect the three frames of an answer."""
        empty: Mistakes = {waits_for_more: "STR-18"}  # it takes this answer for sent
        with client.as_one():
            client.send(asked)
            got = [
                self._frame(client, what, self.blamed(because if part else (empty, because)))
                for what, part in zip(PARTS, (*want, b""), strict=False)
            ]
        for what, came, wanted in zip(PARTS, got, want, strict=False):
            self.steps.expect(what, got=came, want=wanted, because=because)

    def _frame(self, client: Stream, what: tuple[str, str], because: Because) -> bytes:
        if client.sock.fileno() >= 0:  # three small sends: Nagle waits for our ACKs (tcp(7))
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        head = client.read(4, what, because, ANSWER_S)
        if (size := int.from_bytes(head, "big")) > LARGE:
            want = Text("a length of 4 bytes, big-endian", "4 个字节的长度，大端")
            self.steps.fail(what, got=head, want=want, because=NOTHING)
        return client.read(size, what, because, ANSWER_S)

    def ends(self, client: Stream) -> None:
        """Expect a client to read the end, and nothing before it."""
        with client.as_one():
            client.ends(END, self.blamed({spins_at_the_end: "STR-09"}))

    def leaves_at_a_fin(self) -> bool:
        """Tell whether a client that finishes at once gets no answer: who fails so, fails where
        clients read late, too."""
        carl = self.connect(CARL)
        try:
            with self.steps.untold():
                carl.send(request("printf", "hi"))
                carl.finish()
                self.answers(carl, (b"0", b"hi"))
        except Failed:
            return True
        return False

    def stops_after(self, count: int, because: str = "UDP-16") -> None:
        """Set stop; it must return that count of clients, and keep no socket but its listener."""
        self.stops(count, COUNT, because)
        self.reply.closed_its_sockets()
