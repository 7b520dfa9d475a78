"""04.1 send_text: text leaves as one datagram."""

import errno
from random import Random
from typing import Any

from autograder.exercise import exercise, rule
from autograder.network.learner import Learner
from autograder.network.sockets import LARGEST
from autograder.network.steps import Because, Steps, Talker
from autograder.rules.ch04.shared import PEER, raised
from autograder.rules.common import han, word

__all__: list[str] = []

exercise("ch04/send_text", points=2, names=("send_text",))

DATAGRAM = ("the datagram", "数据报")
COUNT = ("the number of bytes sent", "返回的字节数")


def _sent(subject: Learner, steps: Steps, text: str, *charset: str) -> None:
    """Call send_text and expect exactly its bytes in one datagram, and their number."""
    peer = steps.udp(PEER)
    want = text.encode(*charset)
    reply = subject.start("send_text", *peer.address, text, *charset)
    datagram = peer.receive(because=_raised)
    steps.expect(DATAGRAM, got=datagram.data, want=want, because=_written(text))
    steps.expect(COUNT, got=reply.result(because=_raised), want=len(want), because=_counted(text))
    _nothing_more(steps, peer, because="UDP-07")


def _raised(got: Any) -> str | None:
    """Return the misconception behind an exception of a call that should succeed."""
    match got:
        case ConnectionRefusedError() | BrokenPipeError():
            return "PRT-03"  # a TCP socket: at that number nobody listens for TCP
        case UnicodeError():
            return "TXT-01"
    return raised(got)


def _written(text: str) -> Because:
    def because(got: bytes) -> str | None:
        if got.startswith((b"b'", b'b"')):
            return "TXT-03"
        others = (text.encode(charset) for charset in ("utf-8", "gbk", "utf-16"))
        return "TXT-01" if got in others else None

    return because


def _counted(text: str) -> Because:
    return lambda got: "UDP-20" if type(got) is int and got == len(text) else None


def _nothing_more(steps: Steps, peer: Talker, because: Because) -> None:
    """Fail if more datagrams have arrived than were received."""
    if more := peer.drain():
        steps.fail(("further datagrams", "多余的数据报"), got=len(more), want=0, because=because)


@rule("ch04/send_text", weight=2)
def ascii_text_arrives(subject: Learner, steps: Steps, rng: Random) -> None:
    """The datagram holds the text in its charset and nothing else.

    数据报里只有按 charset 编码后的文本，别无其他。
    """
    _sent(subject, steps, word(rng))


@rule("ch04/send_text", weight=2, condition="non-ascii")
def chinese_text_in_either_charset(subject: Learner, steps: Steps, rng: Random) -> None:
    """Chinese text goes out in the charset asked for, and the bytes are counted.

    中文按指定的 charset 编码发出，返回的是字节数。
    """
    text = han(rng)
    _sent(subject, steps, text)
    _sent(subject, steps, text, "gbk")


@rule("ch04/send_text", weight=1, condition="empty", misconception="UDP-11")
def empty_text_is_a_datagram(subject: Learner, steps: Steps, rng: Random) -> None:
    """An empty text is one empty datagram, and 0 is returned.

    空文本就是一个空数据报，返回 0。
    """
    _sent(subject, steps, "")


@rule("ch04/send_text", weight=1, misconception="MUX-02")
def unencodable_text_is_not_sent(subject: Learner, steps: Steps, rng: Random) -> None:
    """Text that charset cannot express raises UnicodeEncodeError, and nothing is sent.

    charset 无法表示的文本会抛出 UnicodeEncodeError，并且什么都不发。
    """
    peer = steps.udp(PEER)
    reply = subject.start("send_text", *peer.address, word(rng, 3) + han(rng, 1), "ascii")
    reply.raises(UnicodeEncodeError, because=_raised)
    _nothing_more(steps, peer, because="TXT-01")


@rule("ch04/send_text", weight=1, condition="maximal", misconception="UDP-08")
def too_long_text_raises(subject: Learner, steps: Steps, rng: Random) -> None:
    """65,507 bytes go out; one more raises OSError (EMSGSIZE).

    65507 个字节可以发出；再多一个就抛出 OSError（EMSGSIZE）。
    """
    _sent(subject, steps, "x" * LARGEST)
    peer = steps.udp(PEER)
    error = subject.start("send_text", *peer.address, "x" * (LARGEST + 1)).raises(OSError)
    assert isinstance(error, OSError)
    number = errno.errorcode.get(error.errno or 0)
    steps.expect(("errno of the OSError", "OSError 的 errno"), got=number, want="EMSGSIZE")
    _nothing_more(steps, peer, because="UDP-08")


@rule("ch04/send_text", weight=1, misconception="STR-34")
def its_socket_is_closed(subject: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed again, also when sending fails.

    它自己创建的套接字总会关闭，发送失败时也一样。
    """
    peer = steps.udp(PEER)
    reply = subject.start("send_text", *peer.address, word(rng))
    reply.result(because=_raised)
    reply.closed_its_sockets()
    reply = subject.start("send_text", *peer.address, han(rng, 1), "ascii")
    reply.raises(UnicodeEncodeError, because=_raised)
    reply.closed_its_sockets()
    reply = subject.start("send_text", *peer.address, "x" * (LARGEST + 1))
    reply.raises(OSError, because=_raised)
    reply.closed_its_sockets()
