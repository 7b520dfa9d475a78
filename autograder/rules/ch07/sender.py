"""07.3 Sender: the sending side of a transfer, as a machine that is fed packets."""

from functools import partial
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Machine, Steps
from autograder.rules import tftp
from autograder.rules.ch07.shared import EDGES
from autograder.rules.common import PEER
from autograder.rules.tftp import Address, ack, complains, error, opcode, wrq
from autograder.text import NOTHING, STRANGER, Mistakes, such
from netlib.trace import Fate

__all__ = [
    "ASKED",
    "FAR",
    "NEAR",
    "REQUEST",
    "RULES",
    "TID",
    "accepted",
    "answers_elsewhere",
    "asking",
    "made",
]
RULES = Rules()

HOST = "192.0.2.7"
ASKED, TID, NEAR = (HOST, 69), (HOST, 40001), (HOST, 40002)
FAR: Address = ("192.0.2.9", 40001)
REQUEST = wrq("a")
GARBAGE = (b"", b"\0", b"\0\4", b"\0\4\0", b"\0\0\0\1", b"\0\7\0\1", b"\xff\xff\0\1", b"\1\4\0\1")


def _goes_astray(got: Any) -> bool:
    match got:
        case [(bytes(packet), to)]:
            return opcode(packet) == tftp.DATA and to != TID
    return False


def _sends_data(got: Any) -> bool:
    return isinstance(got, list) and any(opcode(packet) == tftp.DATA for packet, _ in got)


def _asks_again(machine: Machine, got: Any) -> bool:
    """Tell whether a machine that was answered gives its request once more."""
    sent = isinstance(got, list) and [packet for packet, _ in got] == [REQUEST]
    return sent and machine.read("progress") not in (0, None)


_is_silent = such(list, lambda got: not got)
_says_more = such(list, lambda got: len(got) > 1)

ASTRAY: Mistakes = {complains: "TFT-01", _goes_astray: "TFT-21"}
"""Where the receiver is due to get a packet."""


def made(learner: Learner, steps: Steps, *args: Any, **kwargs: Any) -> Machine:
    """Make a machine, and give names to the addresses that rules feed to it."""
    for address in (ASKED, TID):
        steps.party(PEER, address)
    for address in (NEAR, FAR):
        steps.party(STRANGER, address)
    return learner.machine("Sender", *args, **kwargs)


def asking(learner: Learner, steps: Steps, content: bytes, **kwargs: Any) -> Machine:
    """Make a machine that begins with a request."""
    machine = made(learner, steps, content, ASKED, REQUEST, **kwargs)
    machine.start(want=[(REQUEST, ASKED)], because={_says_more: "TFT-12"})
    return machine


def _answered(learner: Learner, steps: Steps, content: bytes, **first: int) -> Machine:
    """Make a machine that begins with a request, and answer that."""
    machine = asking(learner, steps, content, **first)
    answers_elsewhere(steps)
    block = tftp.blocks(content, **first)[0]
    machine.feed(ack(0), TID, want=[(block, TID)], because=ASTRAY)
    return machine


def answers_elsewhere(steps: Steps) -> None:
    """Tell what a ladder does not show: the peer has two ports."""
    steps.tell(PEER, "answers from another port", "从另一个端口响应")


def accepted(machine: Machine, content: bytes, first: int = 1, because: str | None = None) -> None:
    """Acknowledge every block of content, of which the first has been sent."""
    packets = tftp.blocks(content, first)
    for n, _ in enumerate(packets):
        machine.has(done=False)
        follows = [(packet, TID) for packet in packets[n + 1 : n + 2]]
        empty = [len(packet) for packet, _ in follows] == [4]
        signs = {**ASTRAY, _is_silent: "TFT-10" if empty else because}
        machine.feed(ack((first + n) % 65536), TID, want=follows, because=(signs, because))
    machine.has(done=True, error=None)


@RULES.rule(weight=3, condition="edges")
def a_server_sends(learner: Learner, steps: Steps, rng: Random) -> None:
    """Without a request it begins with block 1; each ACK brings the next; done after the last ACK.

    没有请求时从第 1 块开始；每个 ACK 换来下一块；最后一块得到确认之后才算完成。
    """
    for size in EDGES:
        content = rng.randbytes(size)
        machine = made(learner, steps, content, TID)
        machine.has(tid=TID, done=False, progress=0, because="TFT-01")
        machine.start(want=[(tftp.blocks(content)[0], TID)])
        accepted(machine, content)
        machine.has(progress=size // 512 + 1)


@RULES.rule(weight=3, condition="edges")
def a_client_sends(learner: Learner, steps: Steps, rng: Random) -> None:
    """With a request it begins with that; ACK 0 brings block 1, to the address that it came from.

    有请求时先发请求；ACK 0 换来第 1 块，发往 ACK 0 的来源地址。
    """
    for size in EDGES:
        content = rng.randbytes(size)
        machine = _answered(learner, steps, content)
        machine.has(tid=TID, progress=1, because="TFT-01")
        accepted(machine, content)
        machine.has(progress=size // 512 + 2)


@RULES.rule(weight=4, condition="duplicated")
def an_ack_counts_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """An ACK that comes twice, late or too early brings no DATA: only the outstanding one does.

    重复的、迟到的、提前的 ACK 都不会换来 DATA：只有正在等的那个才会。
    """
    content = rng.randbytes(3 * 512)
    packets = tftp.blocks(content)
    machine = _answered(learner, steps, content)
    doubled = {_sends_data: "TFT-16"}
    for n in range(1, len(packets) + 1):
        for other in (n - 1, n + 1, 0):  # the one before came twice, one has not been sent
            machine.feed(ack(other), TID, want=[], because=doubled, fate="duplicate")
        follows = [(packet, TID) for packet in packets[n : n + 1]]
        machine.feed(ack(n), TID, want=follows)
        machine.has(progress=n + 1, done=n == len(packets))
    for other in (len(packets), len(packets) + 1):  # none is outstanding
        machine.feed(ack(other), TID, want=[], because=doubled, fate="duplicate")
        machine.has(progress=len(packets) + 1, done=True)


@RULES.rule(weight=3, condition="lost")
def sends_again_on_timeout(learner: Learner, steps: Steps, rng: Random) -> None:
    """on_timeout gives what is not yet acknowledged, as often as asked; nothing once done.

    on_timeout 给出尚未确认的那个包，问几次给几次；完成之后不再给。
    """
    content = rng.randbytes(513)
    one, two = tftp.blocks(content)
    machine = asking(learner, steps, content)
    for packet, to, number in ((REQUEST, ASKED, 0), (one, TID, 1), (two, TID, 2)):
        for _ in range(2):
            unsaid = {_is_silent: "TFT-03", partial(_asks_again, machine): "TFT-03"}
            machine.on_timeout(want=[(packet, to)], because={**ASTRAY, **unsaid})
        machine.has(progress=number, done=False)
        if number == 0:
            answers_elsewhere(steps)
        machine.feed(ack(number), TID)
    machine.on_timeout(want=[], because={_sends_data: "TFT-03"})
    machine.has(done=True, progress=3)


@RULES.rule(weight=3, condition="wrap", misconception="TFT-09")
def numbers_wrap(learner: Learner, steps: Steps, rng: Random) -> None:
    """After block 65535 comes block 0; its ACK is not the ACK of the request, nor the reverse.

    第 65535 块之后是第 0 块；它的 ACK 不等于请求的 ACK 0，反过来也一样。
    """
    content, first = rng.randbytes(3 * 512 + 1), 65534
    machine = _answered(learner, steps, content, first=first)
    machine.feed(ack(0), TID, want=[], because=NOTHING, fate="duplicate")
    accepted(machine, content, first, because="TFT-09")
    machine = made(learner, steps, content, TID, first=first)
    machine.start(want=[(tftp.blocks(content, first)[0], TID)])
    accepted(machine, content, first, because="TFT-09")


@RULES.rule(weight=3, condition="refused")
def an_error_ends_it(learner: Learner, steps: Steps, rng: Random) -> None:
    """The receiver's ERROR ends it, first or midway: error is (code, message), nothing is sent.

    接收方的 ERROR 结束传输，不管在开头还是中途：error 为 (code, message)，什么也不再发。
    """
    content = rng.randbytes(600)
    for begin, source, code, message in (
        (asking, ASKED, 6, "it exists"),
        (asking, TID, 2, ""),
        (_answered, TID, 3, "full"),
    ):
        machine = begin(learner, steps, content)
        if (begin, source) == (asking, TID):
            answers_elsewhere(steps)
        machine.feed(error(code, message), source, want=[], because={complains: "TFT-19"})
        machine.has(error=(code, message), because={int: "TFT-06"})
        machine.has(done=False)
        machine.on_timeout(want=[])
    for text in (b"full\0more", b"full"):  # up to the first NUL or, without one, to the end
        machine = _answered(learner, steps, content)
        machine.feed(b"\0\5\0\3" + text, TID, want=[])
        machine.has(error=(3, "full"), done=False)
    machine = _answered(learner, steps, content)
    machine.feed(b"\0\5\0\3\x80\xff\0", TID, want=[], because={UnicodeError: "TXT-03"})
    machine.on_timeout(want=[])


@RULES.rule(weight=2, condition="truncated")
def garbage_is_dropped(learner: Learner, steps: Steps, rng: Random) -> None:
    """Fewer than 4 bytes, or an unknown opcode: no answer, no exception, no change.

    不足 4 个字节，或者操作码未知：不响应，不抛异常，什么也不变。
    """
    content = rng.randbytes(600)
    two = tftp.blocks(content)[1]
    machine = _answered(learner, steps, content)
    for packet in GARBAGE:
        fate: Fate = "truncated" if len(packet) < 4 else "delivered"
        for source in (TID, NEAR):
            id = "TFT-14" if len(packet) < 4 else "TFT-15"
            cites = {Exception: id, _sends_data: id}
            machine.feed(packet, source, want=[], because=cites, fate=fate)
    machine.has(progress=1, error=None, done=False)
    machine.feed(ack(1), TID, want=[(two, TID)])
