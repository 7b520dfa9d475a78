"""07.4 upload: a file goes to a server, whatever the network does."""

from random import Random
from typing import Any

from autograder.deadlines import PATIENCE
from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps, Talker
from autograder.rules import tftp
from autograder.rules.ch07.shared import EDGES, SERVER, TWO_BLOCKS, said
from autograder.rules.common import word
from autograder.rules.tftp import Address, Receiving, ack
from autograder.text import Because, Text

__all__ = ["FIRST", "RULES", "VALUE", "answered", "as_text", "asked", "begin", "nothing_more"]

RULES = Rules()

PATIENT_S = 5.0  # a timeout that a busy machine does not reach by itself
WAIT_S = 1.0 * PATIENCE  # for a packet that is due at once, or after a short timeout
REQUEST, FIRST = ("the request", "请求"), ("DATA 1", "DATA 1")
VALUE, ARRIVED = ("the return value", "返回值"), ("what has arrived", "收到的内容")


def begin(
    learner: Learner,
    steps: Steps,
    content: bytes,
    timeout: float = PATIENT_S,
    tries: int = 3,
    name: str = "a",
) -> tuple[Talker, Reply]:
    """Start an upload of a file that holds content."""
    server, folder = steps.udp(SERVER), steps.folder({"a": content})
    path = f"{folder.path}/a"
    return server, learner.start("upload", *server.address, path, name, timeout, tries)


def asked(steps: Steps, server: Talker, name: str = "a") -> Address:
    """Return where the request came from, after a look at it."""
    came = server.receive(REQUEST, as_text, WAIT_S)
    while len(came.data) < 4:  # the network has cut it
        came = server.receive(REQUEST, within=WAIT_S)
    strings = came.data[2:].split(b"\0")  # options may follow
    got = (came.data[:2], strings[0], b"".join(strings[1:2]).lower(), len(strings) > 2)
    want = (b"\0\2", name.encode(), b"octet", True)
    if got != want:
        steps.fail(REQUEST, got=came.data, want=tftp.wrq(name), because=_miswritten(name))
    return came.source


def _miswritten(name: str) -> Because:
    """Return why a request is wrong: its name's bytes, or where a string ends."""

    def cites(got: Any) -> str:
        strings = got[2:].split(b"\0")
        if len(strings) > 3 and b"" in strings[1:-1]:
            return "TFT-11"  # a name filled up with NULs
        if not name.isascii() and strings[0] != name.encode():
            return "TXT-01"
        return "TFT-12" if got[:2] != tftp.wrq(name)[:2] else "TFT-13"

    return cites


def as_text(got: Any) -> str | None:
    """Return what shows that the file was read as text, or the name not encoded."""
    return "WEB-16" if isinstance(got, UnicodeError) else None


def answered(
    steps: Steps,
    server: Talker,
    reply: Reply,
    content: bytes,
    because: Because,
) -> None:
    """Answer the request from a new port; expect the file to arrive and the call to return.

    Our server sends nothing by itself again: the one that has the file to bring must.
    """
    source = asked(steps, server)
    here, side = server.port(), Receiving(source)
    packets = side.start()
    while not reply.ended:
        for packet, to in packets:
            server.send(packet, to, source=here)
        came = server.asked(reply, WAIT_S)
        if came is None:
            break
        if came.at == here:
            packets = side.feed(came.data, came.source)
        elif came.data[:2] == tftp.wrq("")[:2]:  # it has not heard our first ACK
            packets = side.on_timeout()
        else:
            _astray(steps)
    got = reply.result(WAIT_S, because)
    if not side.done and len(side.content) == len(content):
        full = Text("its last block had 512 bytes", "最后一块有 512 个字节")
        end = Text("a last block of fewer than 512 bytes", "不足 512 个字节的最后一块")
        steps.fail(("the end of the file", "文件的结尾"), got=full, want=end, because="TFT-10")
    steps.expect(ARRIVED, got=side.content, want=content, because=because)
    steps.expect(VALUE, got=got, want=len(content), because=because)


def _astray(steps: Steps) -> None:
    got = Text("to the port of the request", "发往请求所用的端口")
    want = Text("to the port that ACK 0 came from", "发往 ACK 0 的来源端口")
    steps.fail(("DATA", "DATA"), got=got, want=want, because="TFT-21")


@RULES.rule(weight=2, misconception="TXT-01")
def asks_to_write(learner: Learner, steps: Steps, rng: Random) -> None:
    """The first packet is a WRQ: opcode 2, the name in UTF-8, a NUL, octet, a NUL.

    第一个包是 WRQ：操作码 2、UTF-8 编码的文件名、NUL、octet、NUL。
    """
    for name in ("a", word(rng, 20), "笔记.txt"):
        server, _ = begin(learner, steps, b"x", name=name)
        asked(steps, server, name)


@RULES.rule(weight=2, misconception="TFT-12")
def waits_for_ack_0(learner: Learner, steps: Steps, rng: Random) -> None:
    """Block 1 leaves after ACK 0, not before, and goes to the port that ACK 0 came from.

    收到 ACK 0 之后才发第 1 块，发往 ACK 0 的来源端口。
    """
    server, reply = begin(learner, steps, b"x" * TWO_BLOCKS)
    source = asked(steps, server)
    reply.rests()
    nothing_more(steps, server, "TFT-12")
    here = server.port()
    server.send(ack(0), source, source=here)
    came = server.receive(FIRST, "TFT-12", WAIT_S)
    steps.expect(("the opcode and number", "操作码和块号"), got=came.data[:4], want=tftp.data(1))
    if came.at != here:
        _astray(steps)


def nothing_more(steps: Steps, server: Talker, because: str) -> None:
    """Fail if anything has arrived that was not received yet."""
    if more := server.drain():
        got = said(more[0].data)
        want = Text("nothing before an answer", "得到应答之前什么也不发")
        steps.fail(("packets sent", "发出的包"), got=got, want=want, because=because)


@RULES.rule(weight=3, condition="edges", misconception="TFT-10")
def whole_files(learner: Learner, steps: Steps, rng: Random) -> None:
    """A file of any size arrives whole, and its size is returned after the last ACK.

    任何大小的文件都完整到达；最后一个 ACK 到了以后才返回文件大小。
    """
    for size in EDGES:
        content = rng.randbytes(size)
        server, reply = begin(learner, steps, content)
        answered(steps, server, reply, content, _or_as_text("TFT-10"))


def _or_as_text(because: str) -> Because:
    return lambda got: as_text(got) or because


@RULES.rule(weight=1, condition="binary", misconception="WEB-16")
def every_byte_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """Line ends, NULs and bytes that are no text arrive as they are.

    换行符、NUL、不是文本的字节，都原样到达。
    """
    for content in (b"a\r\nb\rc\n\n\x1a", b"\0\xff\xfe" + rng.randbytes(4)):
        server, reply = begin(learner, steps, content)
        answered(steps, server, reply, content, "WEB-16")


@RULES.rule(weight=1, misconception="TFT-10")
def waits_for_the_last_ack(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns when the last block is acknowledged, not when it has left.

    最后一块得到确认之后才返回，而不是刚发出去就返回。
    """
    content = b"12345"
    server, reply = begin(learner, steps, content)
    source, here = asked(steps, server), server.port()
    server.send(ack(0), source, source=here)
    server.receive(FIRST, "TFT-12", WAIT_S)
    reply.rests()
    if reply.ended:
        value = reply.result(because="TFT-10")
        want = Text("still waiting for ACK 1", "还在等 ACK 1")
        steps.fail(
            ("the call", "函数"),
            got=Text(f"returned {value!r:.40}", f"已返回 {value!r:.40}"),
            want=want,
        )
    server.send(ack(1), source, source=here)
    steps.expect(VALUE, got=reply.result(WAIT_S, "TFT-10"), want=len(content))


@RULES.rule(weight=2, misconception="TFT-12")
def the_file_is_read_first(learner: Learner, steps: Steps, rng: Random) -> None:
    """The file is read before anything is sent: if it is missing, FileNotFoundError and silence.

    先读文件，再发第一个包：文件不存在就抛出 FileNotFoundError，什么也不发。
    """
    server, folder = steps.udp(SERVER), steps.folder({"a": b""})
    path = f"{folder.path}/missing"
    reply = learner.start("upload", *server.address, path, "a", 0.03, 2)
    reply.raises(FileNotFoundError)
    nothing_more(steps, server, "TFT-12")
    reply.closed_its_sockets()
