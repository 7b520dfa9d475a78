"""04.1 send_text: text leaves as one datagram."""

import errno
from random import Random
from typing import Any

from autograder.deadlines import CALL_S
from autograder.exercise import Rules
from autograder.network import LARGEST, Learner, Steps, Talker
from autograder.rules.ch04.shared import host_for_flags, stripped
from autograder.rules.common import PEER, begins, han, mixed, word
from autograder.text import NOTHING, Mistakes, such

__all__ = ["MISTAKES", "RULES"]
RULES = Rules()

MISTAKES: Mistakes = {
    (ConnectionRefusedError, BrokenPipeError): "PRT-03",  # nobody listens for TCP at that number
    UnicodeError: "TXT-01",
    host_for_flags: "UDP-01",
}
DATAGRAM = ("the datagram", "数据报")
COUNT = ("the number of bytes sent", "返回的字节数")
SENT = ("datagrams that left", "发出的数据报")


def _sent(learner: Learner, steps: Steps, text: str, *charset: str) -> None:
    """Call send_text and expect exactly its bytes in one datagram, and their number."""
    others = [text.encode(other) for other in ("utf-8", "gbk", "utf-16")]

    is_quoted = such(bytes, lambda got: got.startswith((b"b'", b'b"')))
    counts_characters = such(int, lambda got: got == len(text))
    peer, want = steps.udp(PEER), text.encode(*charset)
    reply = learner.start("send_text", *peer.address, text, *charset)

    def is_a_piece(got: Any) -> bool:
        reply.rests()
        return begins(want)(got) and b"".join([got, *(each.data for each in peer.drain())]) == want

    cites = {is_quoted: "TXT-03", stripped(want): "STR-41", others.__contains__: "TXT-01"}
    pieces = {is_a_piece: "UDP-11", **cites}
    steps.expect(DATAGRAM, got=peer.receive().data, want=want, because=pieces)
    reply.returns(len(want), COUNT, {counts_characters: "UDP-20"})
    _nothing_more(steps, peer)


def _nothing_more(steps: Steps, peer: Talker) -> None:
    """Fail if more datagrams have arrived than were received."""
    if more := peer.drain():
        what = ("further datagrams", "多余的数据报")
        steps.fail(what, got=len(more), want=0, because=NOTHING)


@RULES.rule(weight=2)
def ascii_text_arrives(learner: Learner, steps: Steps, rng: Random) -> None:
    """The datagram holds the text in its charset and nothing else.

    数据报里只有按 charset 编码后的文本，别无其他。
    """
    _sent(learner, steps, word(rng))
    _sent(learner, steps, f" {word(rng, 3)}\n")
    _sent(learner, steps, mixed(rng))


@RULES.rule(weight=2, condition="non-ascii")
def chinese_text_in_either_charset(learner: Learner, steps: Steps, rng: Random) -> None:
    """Chinese text goes out in the charset asked for, and the bytes are counted.

    中文按指定的 charset 编码发出，返回的是字节数。
    """
    text = han(rng, 4)
    _sent(learner, steps, text)
    _sent(learner, steps, text, "gbk")


@RULES.rule(weight=1, condition="empty", misconception="UDP-11")
def empty_text_is_a_datagram(learner: Learner, steps: Steps, rng: Random) -> None:
    """An empty text is one empty datagram, and 0 is returned.

    空文本就是一个空数据报，返回 0。
    """
    _sent(learner, steps, "")


@RULES.rule(weight=1, misconception="MUX-02")
def unencodable_text_is_not_sent(learner: Learner, steps: Steps, rng: Random) -> None:
    """Text that charset cannot express raises UnicodeEncodeError, and nothing is sent.

    charset 无法表示的文本会抛出 UnicodeEncodeError，并且什么都不发。
    """
    peer, text = steps.udp(PEER), word(rng, 3) + han(rng, 1)
    reply = learner.start("send_text", *peer.address, text, "ascii")
    reply.wait(CALL_S)
    left = [datagram.data for datagram in peer.drain()]  # told before the call's end

    def went_out(got: Any) -> str | None:
        """What left shows how the character was passed over; what did not, nothing."""
        if not left:
            return None
        return "TXT-16" if left[0].startswith(text[:3].encode()) and left[0].isascii() else "TXT-01"

    reply.raises(UnicodeEncodeError, because=went_out)
    if left:
        steps.fail(SENT, got=len(left), want=0, because=NOTHING)
    _nothing_more(steps, peer)


@RULES.rule(weight=1, condition="maximal", misconception="UDP-08")
def too_long_text_raises(learner: Learner, steps: Steps, rng: Random) -> None:
    """65,507 bytes go out; one more raises OSError (EMSGSIZE).

    65507 个字节可以发出；再多一个就抛出 OSError（EMSGSIZE）。
    """
    _sent(learner, steps, "x" * LARGEST)
    peer = steps.udp(PEER)
    cites = ({such(int, lambda got: got >= LARGEST): "UDP-08"}, "MUX-02")
    error = learner.start("send_text", *peer.address, "x" * (LARGEST + 1)).raises(
        OSError, because=cites
    )
    assert isinstance(error, OSError)
    number = errno.errorcode.get(error.errno or 0)
    steps.expect(
        ("errno of the OSError", "OSError 的 errno"), got=number, want="EMSGSIZE", because=NOTHING
    )
    _nothing_more(steps, peer)


@RULES.rule(weight=1, misconception="STR-34")
def its_socket_is_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed again, also when sending fails.

    它自己创建的套接字总会关闭，发送失败时也一样。
    """
    peer = steps.udp(PEER)
    reply = learner.start("send_text", *peer.address, word(rng))
    with steps.premise():
        reply.result()
    reply.closed_its_sockets()
    reply = learner.start("send_text", *peer.address, han(rng, 1), "ascii")
    with steps.premise():
        reply.raises(UnicodeEncodeError)
    reply.closed_its_sockets()
    reply = learner.start("send_text", *peer.address, "x" * (LARGEST + 1))
    with steps.premise():
        reply.raises(OSError)
    reply.closed_its_sockets()
