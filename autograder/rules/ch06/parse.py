"""06.2 parse: what a server's packet says."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.common import han, mixed, named, word
from autograder.rules.tftp import ack, blocks, data, error, oack, rrq, wrq
from autograder.text import Mistakes

__all__ = ["RULES"]
RULES = Rules()


def _parsed(learner: Learner, packet: bytes, *want: Any, refused: str | None = None) -> None:
    """Expect what a packet says."""
    swapped = int.from_bytes(packet[2:4], "little")

    def has_swapped(got: Any) -> bool:
        is_like = isinstance(got, tuple) and len(got) == len(want)
        return is_like and got[1] == swapped != want[1]

    said = ("what the packet says", "这个包说的是")
    signs = {has_swapped: "TXT-06", ValueError: refused, **_misread(want)}
    learner.start("parse", packet).returns(want, said, signs)


def _misread(want: tuple[Any, ...]) -> Mistakes:
    """Return what shows how an ERROR's message was read: as a block's rest, or to another end."""
    kind, *_, message = want
    if kind != "ERROR":
        return {}

    def is_like(got: Any) -> bool:
        return isinstance(got, tuple) and got[:-1] == want[:-1] and isinstance(got[-1], str)

    return {
        lambda got: got == want[:-1]: "TFT-06",  # as if it were an ACK
        lambda got: isinstance(got, tuple) and type(got[-1]) is bytes: "TFT-06",
        lambda got: is_like(got) and got[-1] == message.strip(): "STR-41",
        lambda got: is_like(got) and ("\0" in got[-1] or got[-1] == message[:-1]): "TFT-13",
    }


@RULES.rule(weight=2, condition="binary")
def data_packets(learner: Learner, steps: Steps, rng: Random) -> None:
    """DATA becomes ("DATA", block, payload): any block number, any bytes, also none.

    DATA 变成 ("DATA", 块号, 载荷)：任何块号，任何字节，没有字节也行。
    """
    for block, payload in (
        (rng.randrange(2, 256), b"\0\xff\n"),
        (1, b""),
        (0, b"x"),
        (rng.randrange(300, 65535), rng.randbytes(512)),
        (65535, bytes(512)),
    ):
        _parsed(learner, data(block, payload), "DATA", block, payload)


@RULES.rule(weight=1)
def ack_packets(learner: Learner, steps: Steps, rng: Random) -> None:
    """ACK becomes ("ACK", block).

    ACK 变成 ("ACK", 块号)。
    """
    for block in (rng.randrange(1, 256), 0, 256, 65535):
        _parsed(learner, ack(block), "ACK", block)


@RULES.rule(weight=3)
def error_packets(learner: Learner, steps: Steps, rng: Random) -> None:
    """ERROR becomes ("ERROR", code, message), the message a str up to the first NUL.

    ERROR 变成 ("ERROR", 错误码, 消息)，消息是 str，到第一个 NUL 为止。
    """
    text = word(rng)
    for code, message in ((1, text), (0, f"no {text}: really"), (3, "")):
        _parsed(learner, error(code, message), "ERROR", code, message)
    _parsed(learner, error(4, text) + b"more\0", "ERROR", 4, text)
    _parsed(learner, error(65535, " x "), "ERROR", 65535, " x ")
    for code, message in ((rng.randrange(8, 100), mixed(rng)), (258, han(rng))):
        _parsed(learner, error(code, message), "ERROR", code, message)


@RULES.rule(weight=2, condition="truncated")
def odd_messages(learner: Learner, steps: Steps, rng: Random) -> None:
    """An ERROR without its last NUL, or with bytes that are no text, is read all the same.

    ERROR 末尾缺了 NUL，或者含有不成文本的字节，也照样能解析。
    """
    text = word(rng)
    for message in (text, ""):
        _parsed(learner, error(2, message)[:-1], "ERROR", 2, message)
    for odd in (b"\x80\xff", b"\xe4\xbd", text.encode() + b"\xff\0"):
        got = learner.call("parse", error(2)[:-1] + odd, because={UnicodeDecodeError: "TXT-01"})
        shape = [type(item) for item in got] if isinstance(got, tuple) else got
        steps.expect(("types of the items", "各项的类型"), got=shape, want=[str, int, str])
        steps.expect(("the code", "错误码"), got=got[1], want=2)


@RULES.rule(weight=2, misconception="TFT-15")
def option_packets(learner: Learner, steps: Steps, rng: Random) -> None:
    """OACK becomes ("OACK", options), the bytes that follow the opcode, unread.

    OACK 变成 ("OACK", 选项)，选项是操作码后面的字节，原样不动。
    """
    for packet in (oack(blksize=rng.randrange(513, 1469)), oack(tsize=0), b"\0\6\0\0"):
        _parsed(learner, packet, "OACK", packet[2:], refused="TFT-15")


@RULES.rule(weight=4, condition="truncated")
def too_short(learner: Learner, steps: Steps, rng: Random) -> None:
    """Fewer than 4 bytes raise ValueError.

    不足 4 个字节，抛出 ValueError。
    """
    packet = blocks(rng.randbytes(3), rng.randrange(1, 9))[0]
    for cut in (packet[:3], packet[:2], packet[:1], b"", error(1)[:3], oack()[:2]):
        unmeasured = {named("error", "IndexError"): "TFT-14", tuple: "TFT-14"}
        learner.start("parse", cut).raises(ValueError, because=unmeasured)


@RULES.rule(weight=4, misconception="TFT-15")
def other_opcodes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any opcode but 3 to 6 raises ValueError; an opcode has two bytes.

    3～6 以外的操作码都抛出 ValueError；操作码占两个字节。
    """
    number = rng.randbytes(2)
    for opcode in (7, 0, rng.randrange(8, 256), 65535):
        learner.start("parse", opcode.to_bytes(2) + number).raises(ValueError)
    for opcode in (0x0103, 0x0300, 0x0400, 0x0104):
        learner.start("parse", opcode.to_bytes(2) + number).raises(
            ValueError, because={tuple: "TXT-06"}
        )
    for packet in (rrq(word(rng)), wrq(word(rng))):
        learner.start("parse", packet).raises(ValueError)
