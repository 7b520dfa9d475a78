"""13.2 send_frame: four bytes of length, big-endian, then the payload."""

from random import Random

from autograder.exercise import Rules
from autograder.network import RETURNED, Learner, Steps
from autograder.rules.common import PATIENT_S, PEER, han, payload, waits_for_more
from autograder.rules.frames import BUFFER, frame, header
from autograder.text import Mistakes, Proof, Text, such

__all__ = ["RULES"]
RULES = Rules()

HEADER, PAYLOAD = ("the header", "头部"), ("the payload", "载荷")
AFTER = ("what follows the frame", "帧后面的字节")
FAILED: Mistakes = {
    waits_for_more: "STR-11",
    UnicodeError: "TXT-03",
    such(Exception, lambda got: "format requires" in str(got)): "TXT-06",  # the field is too small
}
LARGE = 300_000  # bytes: more than fits between two small buffers


def _leaves(learner: Learner, steps: Steps, because: str | None, *payloads: bytes) -> None:
    """Send each payload, and expect just its frame."""
    lent, peer = steps.tcp.connection(PEER)
    for data in payloads:
        reply = learner.start("send_frame", lent, data)
        steps.expect(RETURNED, got=reply.result(because=(FAILED, because)), want=None)
        reply.left_open(lent)
        misread = {
            header(len(data.decode("utf-8", "replace"))): "UDP-20",
            len(data).to_bytes(4, "little"): "TXT-06",
        }
        cites = (misread.get, {such(bytes, lambda got: got[:1].isdigit()): "STR-10"}, because)
        peer.expect(header(len(data)), HEADER, cites)
        peer.expect(data, PAYLOAD, because)
        steps.expect(AFTER, got=peer.unread(), want=b"")
        if peer.ended:
            got, want = ("its end (FIN)", "流的结束（FIN）"), ("the stream goes on", "流没有结束")
            steps.fail(AFTER, got=Text(*got), want=Text(*want), because=Proof("STR-24"))


@RULES.rule(weight=3)
def a_frame_leaves(learner: Learner, steps: Steps, rng: Random) -> None:
    """The length leaves as 4 bytes, big-endian, then the payload; frame follows frame.

    先发 4 个字节的长度（大端），再发载荷；一帧接着一帧，sock 保持打开。
    """
    _leaves(learner, steps, None, payload(rng, 3), payload(rng, 5))


@RULES.rule(weight=2, condition="empty", misconception="STR-18")
def an_empty_frame_leaves(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty payload is a frame of length 0.

    空载荷也是一帧，长度为 0。
    """
    _leaves(learner, steps, "STR-18", b"", payload(rng, 3), b"")


@RULES.rule(weight=2, condition="binary", misconception="TXT-03")
def any_bytes_leave(learner: Learner, steps: Steps, rng: Random) -> None:
    """The length counts bytes, whatever they are: text of three bytes a character, or no text.

    长度数的是字节，不管内容是什么：一个字占三个字节的文本，或者根本不是文本。
    """
    _leaves(learner, steps, None, han(rng, 2).encode())
    _leaves(learner, steps, "TXT-03", b"\xff\xfe\r\n \0", bytes(range(256)))


@RULES.rule(weight=2)
def lengths_of_every_size(learner: Learner, steps: Steps, rng: Random) -> None:
    """Payloads of 1, 258 and 70,000 bytes leave with the header 4 bytes long.

    1、258、70000 字节的载荷，头部都是 4 个字节。
    """
    for size in (1, 258, 70_000):
        steps.anew()
        _leaves(learner, steps, None, rng.randbytes(size))


@RULES.rule(weight=3, misconception="STR-02")
def a_slow_reader_gets_it_all(learner: Learner, steps: Steps, rng: Random) -> None:
    """All of it leaves, also where a single send takes less than it was given.

    对端读得慢、一次 send 收不下全部时，也要全部发完。
    """
    lent, peer = steps.tcp.connection(PEER, timeout=PATIENT_S, buffer=BUFFER)
    data = rng.randbytes(LARGE)
    peer.reading = False
    reply = learner.start("send_frame", lent, data)
    steps.tell(peer.name, "reads nothing yet", "还没有开始读")
    reply.rests()  # both buffers are full
    came = peer.read_on(len(frame(data)))
    reply.result(because={TimeoutError: "STR-38"})
    peer.expect_whole(frame(data), ("the frame", "这一帧"), came)
