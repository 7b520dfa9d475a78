"""07.4 upload: a file goes to a server, whatever the network does."""

from random import Random
from typing import Self

from autograder.exercise import Rules
from autograder.network import RETURNED, Datagram, Learner, Steps
from autograder.rules.ch07.shared import EDGES, TWO_BLOCKS
from autograder.rules.common import PATIENT_S, REQUEST, mixed, word
from autograder.rules.tftp import DATA, WRQ, Receiving, ack, data, opcode, said, wrq
from autograder.text import QUIET, Because, Hang, Mistakes, Proof, Text, such
from netlib.trace import Fate

__all__ = ["MISTAKES", "RULES", "Upload"]
RULES = Rules()

MISTAKES: Mistakes = {UnicodeError: "WEB-16"}  # the file was read as text, or a name not encoded

NOTHING_YET = Text("nothing before an answer", "得到响应之前什么也不发")


class Upload:
    """A call of upload, and the server of ours that it goes to.

    Attributes:
        server: it is asked at its first port.
        client, here: between which ports the transfer goes, once asked.
    """

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        content: bytes,
        timeout: float = PATIENT_S,
        tries: int = 3,
        name: str = "a",
        path: str = "a",
    ) -> None:
        self._steps, self._content, self._name = steps, content, name
        self.server = steps.udp(("server", "服务器"))
        where = f"{steps.folder({'a': content}).path}/{path}"
        self.reply = learner.start("upload", *self.server.address, where, name, timeout, tries)

    def asked(self) -> Self:
        """Expect the request; return itself."""
        lost: Mistakes = {} if self._steps.faults == QUIET else {(TimeoutError, Hang): "TFT-03"}
        came = self.server.receive(REQUEST, lost)
        while len(came.data) < 4:  # the network has cut it
            came = self.server.receive(REQUEST, lost)
        want = wrq(self._name)
        mode = len(want) - len("octet\0")
        if came.data[:mode] + came.data[mode : len(want)].lower() != want:  # options may follow
            id = Proof(self._miswritten(came.data))
            self._steps.fail(REQUEST, got=came.data, want=want, because=id)
        self.client, self.here = came.source, self.server.port()
        return self

    def _miswritten(self, request: bytes) -> str:
        strings = request[2:].split(b"\0")
        if len(strings) > 3 and b"" in strings[1:-1]:
            return "TFT-11"  # a name filled up with NULs
        if not self._name.isascii() and strings[0] != self._name.encode():
            return "TXT-01"
        if opcode(request) == DATA:
            return "TFT-12"
        return "TFT-13" if opcode(request) == WRQ and len(strings) != 3 else ""

    def answers(self, packet: bytes, fate: Fate = "delivered") -> None:
        """Send a packet from here."""
        self.server.send(packet, self.client, fate, source=self.here)

    def acknowledges(self, number: int, because: Because = None) -> Datagram:
        """Acknowledge a block, or the request; expect the next block."""
        self.answers(ack(number))
        return self.server.receive(f"DATA {number + 1}", because)

    def came_here(self, block: Datagram) -> None:
        """Fail unless it did."""
        if block.at != self.here:
            got = Text("to the port of the request", "发往请求所用的端口")
            want = Text("to the port that ACK 0 came from", "发往 ACK 0 的来源端口")
            self._steps.fail("DATA", got=got, want=want, because=Proof("TFT-21"))

    def sends_nothing(self, want: Text = NOTHING_YET, because: Because = None) -> None:
        """Fail if anything has arrived that was not received yet."""
        if more := self.server.drain():
            packet, what = more[0].data, ("packets sent", "发出的包")
            id = self._steps.cites(because, packet)
            self._steps.fail(what, got=said(packet), want=want, because=id)

    def arrives(self, because: Because = None) -> None:
        """Expect the file to arrive, and the call to return its size.

        Our server sends nothing by itself again: the one that has the file to bring must.
        """
        self.asked()
        side = Receiving(self.client)
        packets = side.start()
        while not self.reply.ended:
            for packet, _ in packets:
                self.answers(packet)
            came = self.server.asked(self.reply)
            if came is None:
                break
            if came.at == self.here or opcode(came.data) != WRQ:
                self.came_here(came)
                packets = side.feed(came.data, came.source)
            else:
                packets = side.on_timeout()  # it has not heard our first ACK
        got = self.reply.result(because=because)
        if not side.done and len(side.content) == len(self._content):
            full = Text("its last block had 512 bytes", "最后一块有 512 个字节")
            end = Text("a last block of fewer than 512 bytes", "不足 512 个字节的最后一块")
            what = ("the end of the file", "文件的结尾")
            self._steps.fail(what, got=full, want=end, because=Proof("TFT-10"))
        what = ("what has arrived", "收到的内容")
        self._steps.expect(what, got=side.content, want=self._content, because=because)
        self._steps.expect(RETURNED, got=got, want=len(self._content), because=because)


@RULES.rule(weight=2)
def asks_to_write(learner: Learner, steps: Steps, rng: Random) -> None:
    """The first packet is a WRQ: opcode 2, the name in UTF-8, a NUL, octet, a NUL.

    第一个包是 WRQ：操作码 2、UTF-8 编码的文件名、NUL、octet、NUL。
    """
    for name in ("a", word(rng, 20), "笔记.txt", mixed(rng)):
        Upload(learner, steps, b"x", name=name).asked()


@RULES.rule(weight=2)
def waits_for_ack_0(learner: Learner, steps: Steps, rng: Random) -> None:
    """Block 1 leaves after ACK 0, not before, and goes to the port that ACK 0 came from.

    收到 ACK 0 之后才发第 1 块，发往 ACK 0 的来源端口。
    """
    upload = Upload(learner, steps, b"x" * TWO_BLOCKS).asked()
    upload.reply.rests()
    upload.sends_nothing(because={such(bytes, lambda got: opcode(got) == DATA): "TFT-12"})
    came = upload.acknowledges(0)
    steps.expect(("the opcode and number", "操作码和块号"), got=came.data[:4], want=data(1))
    upload.came_here(came)


@RULES.rule(weight=3, condition="edges")
def whole_files(learner: Learner, steps: Steps, rng: Random) -> None:
    """A file of any size arrives whole, and its size is returned after the last ACK.

    任何大小的文件都完整到达；最后一个 ACK 到了以后才返回文件大小。
    """
    for size in (*EDGES, rng.randrange(4_000, 5_000)):
        Upload(learner, steps, rng.randbytes(size)).arrives()


@RULES.rule(weight=1, condition="binary")
def every_byte_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """Line ends, NULs and bytes that are no text arrive as they are.

    换行符、NUL、不是文本的字节，都原样到达。
    """
    for content in (b"a\r\nb\rc\n\n\x1a", b"\0\xff\xfe" + rng.randbytes(4)):
        Upload(learner, steps, content).arrives()


@RULES.rule(weight=1, misconception="TFT-10")
def waits_for_the_last_ack(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns when the last block is acknowledged, not when it has left.

    最后一块得到确认之后才返回，而不是刚发出去就返回。
    """
    upload = Upload(learner, steps, b"12345").asked()
    upload.acknowledges(0, "TFT-12")
    upload.reply.rests()
    if upload.reply.ended:
        value = upload.reply.result()
        got = Text(f"returned {value!r:.40}", f"已返回 {value!r:.40}")
        want = Text("still waiting for ACK 1", "还在等 ACK 1")
        steps.fail(("the call", "函数"), got=got, want=want)
    upload.answers(ack(1))
    upload.reply.returns(5)


@RULES.rule(weight=2)
def the_file_is_read_first(learner: Learner, steps: Steps, rng: Random) -> None:
    """The file is read before anything is sent: if it is missing, FileNotFoundError and silence.

    先读文件，再发第一个包：文件不存在就抛出 FileNotFoundError，什么也不发。
    """
    upload = Upload(learner, steps, b"", 0.03, 2, path="missing")
    upload.reply.raises(FileNotFoundError)
    upload.sends_nothing()
    upload.reply.closed_its_sockets()
