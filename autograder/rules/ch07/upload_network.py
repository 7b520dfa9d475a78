"""07.4 upload, continued: what the network and others on it do to an upload."""

import time
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Datagram, Learner, Reply, Steps, Talker
from autograder.rules import tftp
from autograder.rules.ch07.shared import (
    COPIES,
    LOSSES,
    STRANGER,
    SWAPS,
    TWO_BLOCKS,
    refused,
    said,
    sent_once,
    storms,
)
from autograder.rules.ch07.upload import (
    FIRST,
    VALUE,
    WAIT_S,
    answered,
    as_text,
    asked,
    begin,
    nothing_more,
)
from autograder.rules.tftp import ack, error
from autograder.text import Because, Text

__all__ = ["RULES"]

RULES = Rules()

SHORT_S, MANY = 0.02, 40  # where packets get lost: soon again, and often
CHATTER_S = 0.02


def _whole(learner: Learner, steps: Steps, content: bytes, because: Because) -> None:
    """Upload content over a bad network."""
    server, reply = begin(learner, steps, content, SHORT_S, MANY)
    answered(steps, server, reply, content, because)


@RULES.rule(weight=4, condition="lost", misconception="TFT-03", faults=LOSSES)
def whichever_is_lost(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet of the exchange is lost, the file arrives.

    不管交互中丢了哪一个包，文件都会到达。
    """
    _whole(learner, steps, rng.randbytes(TWO_BLOCKS), _gave_up)


def _gave_up(got: Any) -> str:
    return as_text(got) or "TFT-03"


@RULES.rule(weight=2, condition="duplicated", misconception="TFT-16", faults=COPIES)
def whichever_comes_twice(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet of the exchange comes twice, the file arrives, each block sent once.

    不管交互中哪一个包到了两次，文件都会到达，而且每一块只发一次。
    """
    content = rng.randbytes(TWO_BLOCKS)
    server, reply = begin(learner, steps, content)
    answered(steps, server, reply, content, "TFT-16")
    sent_once(steps)


@RULES.rule(weight=2, condition="reordered", misconception="TFT-16", faults=SWAPS)
def whichever_is_overtaken(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet of the exchange is overtaken by the next, the file arrives.

    不管交互中哪一个包被后一个包超过，文件都会到达。
    """
    _whole(learner, steps, rng.randbytes(TWO_BLOCKS), _gave_up)


@RULES.rule(
    weight=1,
    condition="truncated",
    misconception="TFT-14",
    faults=("truncate reply 1 3B", "truncate reply 2 1B", "truncate 3 3B"),
)
def whichever_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """A packet cut to fewer than 4 bytes is no packet: the file arrives.

    被截到不足 4 个字节的包不算数，文件照样到达。
    """
    _whole(learner, steps, rng.randbytes(TWO_BLOCKS), "TFT-14")


@RULES.rule(weight=3, condition="storm", misconception="TFT-03", faults=storms)
def whatever_the_network_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """Several faults at once: the file arrives.

    几种故障同时发生，文件也会到达。
    """
    _whole(learner, steps, rng.randbytes(TWO_BLOCKS), _gave_up)


# -- others on the line --------------------------------------------------------------------------


@RULES.rule(weight=3, condition="stranger", misconception="TFT-01")
def strangers_move_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the port that sent ACK 0 counts: a stranger's ACK brings no DATA, its ERROR no end.

    只认发来 ACK 0 的那个端口：陌生人的 ACK 换不来 DATA，陌生人的 ERROR 也结束不了上传。
    """
    content = rng.randbytes(TWO_BLOCKS)
    server, reply = begin(learner, steps, content)
    source, here = asked(steps, server), server.port()
    elsewhere = steps.udp(STRANGER, "127.0.0.2", here[1])
    elsewhere.send(ack(0), source, "forged")
    reply.rests()
    _no_data(steps, elsewhere)
    server.send(ack(0), source, source=here)
    server.receive(FIRST, "TFT-01", WAIT_S)
    for stranger in (elsewhere, steps.udp(STRANGER)):
        stranger.send(error(0, "stop"), source, "forged")
        stranger.send(ack(1), source, "forged")
        reply.rests()
        nothing_more(steps, server, "TFT-01")
        _no_data(steps, stranger)
    server.send(ack(1), source, source=here)
    second = server.receive(("DATA 2", "DATA 2"), "TFT-01", WAIT_S).data
    steps.expect(("DATA 2", "DATA 2"), got=second, want=tftp.blocks(content)[1], because="TFT-01")
    server.send(ack(2), source, source=here)
    steps.expect(VALUE, got=reply.result(because="TFT-01"), want=len(content), because="TFT-01")


def _no_data(steps: Steps, stranger: Talker) -> None:
    """Fail if a stranger has been sent a block."""
    if any(came.data[:2] == tftp.data(0)[:2] for came in stranger.drain()):
        got = Text("DATA", "DATA")
        want = Text("an ERROR 5, or nothing", "ERROR 5，或者什么也不发")
        steps.fail(("what the stranger got", "陌生人收到的"), got=got, want=want, because="TFT-01")


@RULES.rule(weight=3, condition="refused", misconception="TFT-05")
def an_error_is_raised(learner: Learner, steps: Steps, rng: Random) -> None:
    """The server's ERROR, midway or first, is raised at once as TftpError(code, message).

    服务器的 ERROR，不管在中途还是开头，立刻抛出为 TftpError(code, message)。
    """
    for accepted, code, message in ((3, 3, "Disk full"), (0, 6, "File already exists")):
        server, reply = begin(learner, steps, rng.randbytes(4 * 512))
        source, here = asked(steps, server), server.port()
        for number in range(accepted):
            server.send(ack(number), source, source=here)
            server.receive((f"DATA {number + 1}", f"DATA {number + 1}"), "TFT-12", WAIT_S)
        server.send(error(code, message), source, source=here)
        reply.rests()
        if more := server.drain():
            complaint = more[0].data[:2] == error(0)[:2]
            want = Text("nothing after an ERROR", "收到 ERROR 之后什么也不发")
            because = "TFT-19" if complaint else "TFT-06"
            steps.fail(
                ("packets sent", "发出的包"), got=said(more[0].data), want=want, because=because
            )
        refused(steps, reply, code, _unheard, message)


def _unheard(got: Any) -> str:
    """Return why an ERROR was not raised as it was: without its text, or not at all."""
    return "TFT-06" if isinstance(got, tuple) else "TFT-05"


@RULES.rule(weight=3, condition="silence", misconception="TFT-03")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: the packet leaves tries times, timeout apart, then TimeoutError.

    一直没有应答：同一个包发 tries 次，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    timeout, tries = 0.04, 3
    began = time.time()
    server, reply = begin(learner, steps, rng.randbytes(TWO_BLOCKS), timeout, tries)
    end = time.monotonic() + WAIT_S
    while not reply.ended and time.monotonic() < end:
        steps.listen(end)
    _spaced(steps, server.drain(), reply, began, timeout, tries)


def _spaced(
    steps: Steps, copies: list[Datagram], reply: Reply, began: float, timeout: float, tries: int
) -> None:
    """Expect that many copies, never too early, and then TimeoutError."""
    if reply.ended:
        steps.expect(("copies sent", "发出的份数"), got=len(copies), want=tries)
    # A stamp can be late, never early: so each copy is measured from the beginning.
    if any(copy.time - began < timeout * 0.95 * n for n, copy in enumerate(copies)):
        got = Text("less than that", "没有那么久")
        want = Text(f"at least {timeout:g} s", f"至少 {timeout:g} s")
        steps.fail(("the time between two copies", "两份之间的间隔"), got=got, want=want)
    reply.raises(TimeoutError, within=WAIT_S)


@RULES.rule(weight=3, condition="duplicated", misconception="UDP-19")
def old_acks_buy_no_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """ACKs that move nothing do not lengthen the wait: after tries it ends with TimeoutError.

    没有带来进展的 ACK 不会延长等待：发满 tries 次之后抛出 TimeoutError。
    """
    timeout, tries = 0.04, 3
    server, reply = begin(learner, steps, rng.randbytes(TWO_BLOCKS), timeout, tries)
    source, here = asked(steps, server), server.port()
    server.send(ack(0), source, source=here)
    server.receive(FIRST, "TFT-12", WAIT_S)
    told = len(steps.story) + 1

    def again() -> None:
        server.send(ack(0), source, "duplicate", source=here)
        del steps.story[told:]  # once is enough to be told

    within = timeout * tries * 4
    reply.raises_while(TimeoutError, do=again, every=CHATTER_S, within=within, because=_moved)


def _moved(got: Any) -> str:
    """Return why it did not end: old ACKs set the clock back, or passed for new ones."""
    return "TFT-16" if type(got) is int else "UDP-19"


@RULES.rule(weight=2, misconception="STR-34")
def its_socket_is_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed, whether it returns or raises.

    它自己创建的套接字总会关闭，不管是返回还是抛出异常。
    """
    content = rng.randbytes(5)
    server, reply = begin(learner, steps, content)
    answered(steps, server, reply, content, None)
    reply.closed_its_sockets()
    server, reply = begin(learner, steps, content)
    source, here = asked(steps, server), server.port()
    server.send(error(6, "it exists"), source, source=here)
    refused(steps, reply, 6, "TFT-05")
    reply.closed_its_sockets()
    server, reply = begin(learner, steps, content, 0.03, 1)
    reply.raises(TimeoutError, because="TFT-03")
    reply.closed_its_sockets()
