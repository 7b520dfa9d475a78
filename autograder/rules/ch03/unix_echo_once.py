"""03.7 unix_echo_once: an echo at a path, which is gone afterwards."""

import re
import select
from random import Random
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Folder, Learner, Reply, Steps, Stream
from autograder.rules.common import han, payload, spins_at_the_end
from autograder.text import Failed, Mistakes, Proof, Text

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {UnicodeDecodeError: "TXT-03"}

CLIENT = ("client", "客户端")
BACK = Text("the bytes back, before the client finishes", "客户端发完之前，字节就发回来")
ECHO, END = ("the echo", "回显"), ("the end of the echo", "回显的结束")
COUNT, LEFT = ("the number of bytes", "字节数"), ("what is left in the folder", "目录里留下的")
FUNCTION, NAME = "unix_echo_once", "echo"
LARGE = 300_000  # bytes


class Call:
    """One call of unix_echo_once, in a folder of its own."""

    def __init__(self, learner: Learner, steps: Steps) -> None:
        self._steps = steps
        self.folder: Folder = steps.folder()
        self.reply: Reply = learner.start(FUNCTION, f"{self.folder.path}/{NAME}")

    def client(self) -> Stream:
        """Connect a client."""
        return self._steps.unix(CLIENT, self.folder, NAME)

    def echoes(self, client: Stream, data: bytes) -> None:
        """Let a client send data, unless the call has ended; they must come back."""
        self.reply.rests()
        client.unread()  # the end has come by now, if it has ended
        if not client.is_over:
            client.send(data)
        try:
            came = client.read(len(data), ECHO)
        except Failed as failure:
            if failure.raised is None:
                failure.expected = BACK
            if client.is_over and self.reply.wait(WIRE_S):
                self.reply.result()  # fails by itself if it raised
                failure.because = Proof(self._ends_too_early())
            raise
        self._steps.expect(ECHO, got=came, want=data)

    def leaves_nothing(self) -> None:
        """Expect an empty folder."""
        left = self.folder.names()
        self._steps.expect(LEFT, got=left, want=[], because=Proof("PRT-13"))

    def _ends_too_early(self) -> str:
        """Return what whoever ends before the client believes: the source shows it."""
        source = self._steps.source.of([FUNCTION])
        if re.search(r"\blen\(\w+\)\s*(?:<|!=)|\d\s*>\s*len\(", source):
            return "STR-13"
        return "" if re.search(r"\b(?:while|for|iter)\b", source) else "STR-01"


@RULES.rule(weight=2)
def as_they_come(learner: Learner, steps: Steps, rng: Random) -> None:
    """All bytes come back as they come, before the client finishes; then it reads the end, the
    number of bytes is returned, and nothing is left: no socket, no name.

    字节来一些就发回一些，不等客户端发完；然后客户端读到结束，函数返回字节数，什么也不留下：没有套接字，也没有名字。
    """
    call = Call(learner, steps)
    client = call.client()
    pieces = [payload(rng, 4), han(rng).encode(), bytes(range(256)), payload(rng, 1)]
    for piece in pieces:
        call.echoes(client, piece)
    client.finish()
    client.ends(END, {spins_at_the_end: "STR-09"})
    call.reply.returns(sum(map(len, pieces)), COUNT)
    call.reply.closed_its_sockets()
    call.leaves_nothing()


@RULES.rule(weight=2, condition="maximal")
def much(learner: Learner, steps: Steps, rng: Random) -> None:
    """300,000 bytes come back whole, and are counted.

    300,000 个字节完整地发回来，一个也没有数错。
    """
    call, data = Call(learner, steps), rng.randbytes(LARGE)
    client = call.client()
    steps.tell(client.name, f"sends {LARGE} B and reads", f"发 {LARGE} B，同时在读")
    with steps.untold():
        client.send(data)
        client.finish()
    client.expect_whole(data, ECHO, client.read_on(), "STR-01")
    call.reply.returns(LARGE, COUNT)
    call.leaves_nothing()


@RULES.rule(weight=1)
def what_is_there_stays(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the path exists already, OSError, and what is there stays as it is.

    路径已经存在：抛出 OSError，原来的东西保持不变。
    """
    there = {NAME: payload(rng, 6)}
    folder = steps.folder(there)

    def is_gone(_: Any) -> str | None:
        return "PRT-14" if folder.read() != there else None

    call = f"{FUNCTION}('folder/{NAME}')"
    said = Text(f"{call}, where a file lies", f"{call}，那里已有文件")
    reply = learner.start_as(said, FUNCTION, f"{folder.path}/{NAME}")
    reply.raises(OSError, because=is_gone)
    what = ("files in the folder", "目录里的文件")
    steps.expect(what, got=folder.read(), want=there, because=Proof("PRT-14"))
    reply.closed_its_sockets()


@RULES.rule(weight=1, condition="refused")
def nothing_stays_after_an_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """The client closes without reading the answer: ConnectionError passes on, and nothing is
    left, no socket and no name.

    客户端没有读响应就关闭了：ConnectionError 原样抛出，什么也不留下：没有套接字，也没有名字。
    """
    call = Call(learner, steps)
    client = call.client()
    client.reading = False
    client.send(payload(rng, 5))
    _waits_unread(steps, client)
    steps.tell(client.name, "closes, the answer unread", "没有读响应就关闭")
    client.close()
    call.reply.raises(ConnectionError)
    call.reply.closed_its_sockets()
    call.leaves_nothing()


def _waits_unread(steps: Steps, client: Stream) -> None:
    """Wait until an answer lies before the client, or none will come."""
    end = CLOCK.limit(WIRE_S)
    while not steps.listen(end, client.sock, select.POLLIN):
        if CLOCK.passed(end) or steps.ended() is not None:
            return
