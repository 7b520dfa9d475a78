"""13.2 send_frame: four bytes of length, big-endian, then the payload."""

import time
from random import Random
from typing import Any

from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch13.shared import BUFFER, PATIENT_S, PEER, RETURNED, frame, han, header, word
from autograder.rules.common import or_hung
from autograder.text import Because, Text

__all__ = ["RULES"]

RULES = Rules()

FRAME = ("the frame", "这一帧")
HEADER, PAYLOAD = ("the header", "头部"), ("the payload", "载荷")
AFTER = ("what follows the frame", "帧后面的字节")
SIZES = (1, 258, 70_000)
LARGE = 300_000  # bytes: more than fits between two small buffers


def _leaves(learner: Learner, steps: Steps, payloads: list[bytes], because: Because) -> None:
    """Send each payload, and expect just its frame."""
    lent, peer = steps.tcp.connection(PEER)
    for payload in payloads:
        reply = learner.start("send_frame", lent, payload)
        got = reply.result(because=or_hung(reply, because, "STR-11"))
        steps.expect(RETURNED, got=got, want=None)
        reply.left_open(lent, "STR-43")
        misread = _misread(payload, because)
        head = peer.read(4, HEADER, misread)
        steps.expect(HEADER, got=head, want=header(len(payload)), because=misread)
        came = peer.read(len(payload), PAYLOAD, because)
        steps.expect(PAYLOAD, got=came, want=payload, because=because)
        peer.hear(time.monotonic())
        steps.expect(AFTER, got=bytes(peer.received), want=b"")
        if peer.ended:
            want, fin = (
                Text("the stream goes on", "流没有结束"),
                Text("its end (FIN)", "流的结束（FIN）"),
            )
            steps.fail(AFTER, got=fin, want=want, because="STR-24")


def _misread(payload: bytes, because: Because) -> Because:
    """Return what a wrong header shows."""
    size = len(payload)

    def cites(got: Any) -> str | None:
        if isinstance(got, bytes) and len(got) == 4:
            if got == size.to_bytes(4, "little"):
                return "TXT-06"
            if got == header(len(payload.decode("utf-8", "replace"))):
                return "UDP-20"
            if got[:1].isdigit():
                return "STR-10"
        return because(got) if callable(because) else because

    return cites


def _why(got: Any) -> str:
    """Return what it shows to fail at a small frame."""
    match got:
        case UnicodeError() | str():
            return "TXT-03"
    return "STR-10"


@RULES.rule(weight=3, misconception="STR-10")
def a_frame_leaves(learner: Learner, steps: Steps, rng: Random) -> None:
    """The length leaves as 4 bytes, big-endian, then the payload; frame follows frame.

    先发 4 个字节的长度（大端），再发载荷；一帧接着一帧，sock 保持打开。
    """
    _leaves(learner, steps, [word(rng), word(rng, 5)], _why)


@RULES.rule(weight=2, condition="empty", misconception="STR-18")
def an_empty_frame_leaves(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty payload is a frame of length 0.

    空载荷也是一帧，长度为 0。
    """
    _leaves(learner, steps, [b"", word(rng), b""], "STR-18")


@RULES.rule(weight=2, condition="binary", misconception="TXT-03")
def any_bytes_leave(learner: Learner, steps: Steps, rng: Random) -> None:
    """The length counts bytes, whatever they are: text of three bytes a character, or no text.

    长度数的是字节，不管内容是什么：一个字占三个字节的文本，或者根本不是文本。
    """
    _leaves(learner, steps, [han(rng)], "UDP-20")
    _leaves(learner, steps, [b"\xff\xfe\r\n \0", bytes(range(256))], "TXT-03")


@RULES.rule(weight=2, misconception="TXT-06")
def lengths_of_every_size(learner: Learner, steps: Steps, rng: Random) -> None:
    """Payloads of 1, 258 and 70,000 bytes leave with the header 4 bytes long.

    1、258、70000 字节的载荷，头部都是 4 个字节。
    """
    for size in SIZES:
        steps.story.clear()
        _leaves(learner, steps, [rng.randbytes(size)], "STR-10")


@RULES.rule(weight=3, misconception="STR-02")
def a_slow_reader_gets_it_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """All of it leaves, also where a single send takes less than it was given.

    对端读得慢、一次 send 拿不走全部时，也要全部发完。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    payload = rng.randbytes(LARGE)
    peer.reading = False
    reply = learner.start("send_frame", lent, payload)
    steps.tell(peer.name, "reads nothing yet", "还没有开始读")
    reply.rests()  # both buffers are full
    peer.reading, began = True, len(steps.story)
    want, end = frame(payload), time.monotonic() + WIRE_S
    while len(peer.received) < len(want) and not reply.ended and time.monotonic() < end:
        peer.hear(end)
    end = time.monotonic() + WIRE_S / 10
    while len(peer.received) < len(want) and time.monotonic() < end:
        before = len(peer.received)
        peer.hear(end)
        if len(peer.received) > before:
            end = time.monotonic() + WIRE_S / 10
    del steps.story[began:]  # in what pieces it came differs from run to run
    steps.tell(peer.name, "reads all that comes", "读完到达的所有字节")
    cites = or_hung(reply, _impatient, "STR-02")
    reply.result(because=cites)
    if bytes(peer.received) != want:
        less = len(peer.received) < len(want)
        got = Text("less than that", "没有那么多") if less else Text("other bytes", "别的字节")
        steps.fail(FRAME, got=got, want=Text(f"{len(want)} bytes", f"{len(want)} 个字节"))


def _impatient(got: Any) -> str:
    return "STR-38" if isinstance(got, TimeoutError) else "STR-02"
