"""07.3 Sender, continued: strangers on the line, and whole exchanges on bad networks."""

from random import Random

from autograder.exercise import Rules
from autograder.network import Learner, Machine, Steps
from autograder.rules import tftp
from autograder.rules.ch07.sender import (
    ASKED,
    FAR,
    NEAR,
    REQUEST,
    TID,
    accepted,
    answers_elsewhere,
    asking,
    made,
)
from autograder.rules.ch07.shared import COPIES, LOSSES, SWAPS, TWO_BLOCKS, sent_once, storms
from autograder.rules.exchange import exchange
from autograder.rules.tftp import Address, ack, complains, error, oack, opcode, said
from autograder.text import NOTHING, Text
from netlib.schedule import Schedule

__all__ = ["RULES"]
RULES = Rules()

NO_PACKET = Text("nothing to send", "什么也不发")
YOURS: Address = ("192.0.2.1", 50_001)  # where no socket is
LATE = tuple(f"delay {place} 150ms" for place in ("2", "reply 1", "reply 2"))
CUT = "truncate 2 3B", "truncate reply 2 3B"
FORGED = "stranger reply 2 0x00040001", "stranger reply 2 0x000300014556494c"


@RULES.rule(weight=4, condition="stranger", misconception="TFT-01")
def strangers_are_told(learner: Learner, steps: Steps, rng: Random) -> None:
    """What a stranger sends moves nothing: it is answered with STRANGER, to where it came from.

    陌生人发来的包什么也改变不了：用 STRANGER 响应，发回它的来源地址。
    """
    content = rng.randbytes(513)
    one, two = tftp.blocks(content)
    machine = asking(learner, steps, content)
    _told_off(steps, machine, ack(0), FAR)  # another host, before any port is known
    machine.has(progress=0)
    answers_elsewhere(steps)
    machine.feed(ack(0), TID, want=[(one, TID)])
    for source in (NEAR, FAR, ASKED):
        for packet in (ack(0), ack(1), tftp.data(1, b"EVIL"), oack(blksize=8)):
            _told_off(steps, machine, packet, source)
    machine.has(tid=TID, progress=1)
    machine.on_timeout(want=[(one, TID)], because={complains: "TFT-01", list: None})
    machine.feed(ack(1), TID, want=[(two, TID)])
    machine.feed(ack(2), TID, want=[])
    _told_off(steps, machine, ack(2), NEAR, NOTHING)  # done, and still asked who it is


@RULES.rule(weight=2, condition="stranger", misconception="TFT-01")
def strangers_of_a_server(learner: Learner, steps: Steps, rng: Random) -> None:
    """Without a request peer is the only one that counts, from the beginning.

    没有请求时，从一开始就只认 peer。
    """
    content = rng.randbytes(513)
    machine = made(learner, steps, content, TID)
    machine.start(want=[(tftp.blocks(content)[0], TID)])
    for source in (NEAR, FAR):
        _told_off(steps, machine, ack(1), source)
    machine.has(tid=TID, progress=0)
    accepted(machine, content)


def _told_off(
    steps: Steps, machine: Machine, packet: bytes, source: Address, because: str = "TFT-01"
) -> None:
    """Feed a stranger's packet and expect an ERROR 5 to the stranger alone, whatever its text."""
    sent = machine.feed(packet, source, fate="forged")
    if [(answer[:4], to) for answer, to in sent] != [(error(5)[:4], source)]:
        steps.fail(
            ("what feed returns", "feed 的返回值"),
            got=said(*(answer for answer, _ in sent[:3])) if sent else NO_PACKET,
            want=Text("one ERROR 5, to the stranger", "向陌生人发一个 ERROR 5"),
            because="TFT-15" if opcode(packet) == tftp.OACK and not sent else because,
        )


@RULES.rule(weight=2, condition="stranger", misconception="TFT-19")
def errors_of_strangers(learner: Learner, steps: Steps, rng: Random) -> None:
    """An ERROR from a stranger is not answered and ends nothing.

    陌生人的 ERROR 不响应，也不会结束任何东西。
    """
    content = rng.randbytes(5)
    machine = asking(learner, steps, content)
    machine.feed(error(1, "no"), FAR, want=[], fate="forged")
    machine.has(error=None, because={tuple: "TFT-01"})
    answers_elsewhere(steps)
    machine.feed(ack(0), TID, want=[(tftp.data(1, content), TID)], because="TFT-01")
    for source in (NEAR, FAR):
        machine.feed(error(0, "stop"), source, want=[], fate="forged")
        machine.has(error=None, done=False, because={tuple: "TFT-01"})
    accepted(machine, content)


# -- whole exchanges, in virtual time ------------------------------------------------------------


def _whole(learner: Learner, steps: Steps, content: bytes, asks: bool = True) -> None:
    """Let a file cross a bad network, from a client, which asks, or a server."""
    machine = made(learner, steps, content, *((ASKED, REQUEST) if asks else (TID,)))
    receiving, first = tftp.Receiving(YOURS), len(steps.story)
    asked_at = ASKED if asks else None
    ended = exchange(steps, machine, receiving, here=YOURS, at=TID, asked_at=asked_at)
    sent_once(steps, first)
    steps.expect(("what has arrived", "收到的内容"), got=receiving.content, want=content)
    machine.has(done=True, error=None)
    steps.expect(("both are done", "双方都完成了"), got=ended, want=True)


@RULES.rule(weight=3, condition="lost", misconception="TFT-03", faults=LOSSES)
def whichever_is_lost(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet is lost, the file arrives and the sender is done.

    不管丢了哪一个包，文件都能到达，发送方也会完成。
    """
    for asks in (True, False):
        _whole(learner, steps, rng.randbytes(TWO_BLOCKS), asks)


@RULES.rule(weight=2, condition="duplicated", faults=COPIES)
def whichever_comes_twice(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet comes twice, the file arrives, and each block leaves once.

    不管哪一个包到了两次，文件都能到达，每一块只发一次。
    """
    _whole(learner, steps, rng.randbytes(TWO_BLOCKS))


@RULES.rule(weight=2, condition="delayed", faults=SWAPS + LATE)
def whichever_is_late(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet is late, or overtaken: only what on_timeout sends again leaves again.

    不管哪一个包迟到或被超过：只有 on_timeout 重发的才会再发一次。
    """
    _whole(learner, steps, rng.randbytes(2 * 512))


def _storms(rng: Random) -> tuple[Schedule, ...]:
    return (*map(Schedule.parse, (*CUT, *FORGED)), *storms(rng))


@RULES.rule(weight=2, condition="storm", faults=_storms)
def whatever_the_network_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whatever is lost, doubled, late, cut or forged: the file arrives.

    不管丢包、重复、迟到、截断还是伪造，文件都能到达。
    """
    _whole(learner, steps, rng.randbytes(2 * 512))
