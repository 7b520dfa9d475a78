"""07.4 upload, continued: what the network and others on it do to an upload."""

import time
from collections.abc import Callable
from random import Random

from autograder.deadlines import WIRE_S
from autograder.exercise import Rules
from autograder.network import Learner, Steps, Talker, spaced
from autograder.rules.ch07.shared import COPIES, LOSSES, SWAPS, TWO_BLOCKS, sent_once, storms
from autograder.rules.ch07.upload import Upload
from autograder.rules.common import named
from autograder.rules.tftp import DATA, ack, blocks, complains, data, error, opcode, raises_error
from autograder.text import STRANGER, Because, Hang, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

SHORT_S, MANY = 0.02, 40  # where packets get lost: soon again, and often
AFTER_AN_ERROR = Text("nothing after an ERROR", "收到 ERROR 之后什么也不发")
SILENT_S, TRIES = 0.04, 3
COPIES_SENT = ("copies sent", "发出的份数")
BY_DEFAULT = ("copies sent, where tries is not given", "没有给出 tries 时发出的份数")


UNSAID: Mistakes = {(TimeoutError, Hang): "TFT-03"}
"""Where a packet was lost."""


def _survives(learner: Learner, steps: Steps, rng: Random, because: Because = UNSAID) -> None:
    """Upload a file over a bad network."""
    Upload(learner, steps, rng.randbytes(TWO_BLOCKS), SHORT_S, MANY).arrives(because)


@RULES.rule(weight=4, condition="lost", misconception="TFT-03", faults=LOSSES)
def whichever_is_lost(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet of the exchange is lost, the file arrives.

    不管交互中丢了哪一个包，文件都会到达。
    """
    _survives(learner, steps, rng)


@RULES.rule(weight=2, condition="duplicated", faults=COPIES)
def whichever_comes_twice(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet of the exchange comes twice, the file arrives, each block sent once.

    不管交互中哪一个包到了两次，文件都会到达，而且每一块只发一次。
    """
    Upload(learner, steps, rng.randbytes(TWO_BLOCKS)).arrives()
    sent_once(steps)


@RULES.rule(weight=2, condition="reordered", faults=SWAPS)
def whichever_is_overtaken(learner: Learner, steps: Steps, rng: Random) -> None:
    """Whichever packet of the exchange is overtaken by the next, the file arrives.

    不管交互中哪一个包被后一个包超过，文件都会到达。
    """
    _survives(learner, steps, rng)


CUT = ("truncate reply 1 3B", "truncate reply 2 1B", "truncate 3 3B")


@RULES.rule(weight=1, condition="truncated", faults=CUT)
def whichever_is_cut(learner: Learner, steps: Steps, rng: Random) -> None:
    """A packet cut to fewer than 4 bytes is no packet: the file arrives.

    被截到不足 4 个字节的包不算数，文件照样到达。
    """
    _survives(learner, steps, rng, {named("error", "ValueError", "IndexError"): "TFT-14"})


@RULES.rule(weight=3, condition="storm", misconception="TFT-03", faults=storms)
def whatever_the_network_does(learner: Learner, steps: Steps, rng: Random) -> None:
    """Several faults at once: the file arrives.

    几种故障同时发生，文件也会到达。
    """
    _survives(learner, steps, rng)


# -- others on the line --------------------------------------------------------------------------


@RULES.rule(weight=3, condition="stranger", misconception="TFT-01")
def strangers_move_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the port that sent ACK 0 counts: a stranger's ACK brings no DATA, its ERROR no end.

    只认发来 ACK 0 的那个端口：陌生人的 ACK 换不来 DATA，陌生人的 ERROR 也结束不了上传。
    """
    content = rng.randbytes(TWO_BLOCKS)
    upload = Upload(learner, steps, content).asked()
    elsewhere = steps.udp(STRANGER, "127.0.0.2", upload.here[1])
    elsewhere.send(ack(0), upload.client, "forged")
    upload.reply.rests()
    _gets_no_data(steps, elsewhere)
    upload.acknowledges(0)
    for stranger in (elsewhere, steps.udp(STRANGER)):
        stranger.send(error(0, "stop"), upload.client, "forged")
        stranger.send(ack(1), upload.client, "forged")
        upload.reply.rests()
        upload.sends_nothing()
        _gets_no_data(steps, stranger)
    cites = {named("TftpError"): "TFT-01"}
    steps.expect("DATA 2", got=upload.acknowledges(1, cites).data, want=blocks(content)[1])
    upload.answers(ack(2))
    upload.reply.returns(len(content))


def _gets_no_data(steps: Steps, stranger: Talker) -> None:
    if any(opcode(came.data) == DATA for came in stranger.drain()):
        want = Text("an ERROR 5, or nothing", "ERROR 5，或者什么也不发")
        steps.fail(("what the stranger got", "陌生人收到的"), got=Text.of("DATA"), want=want)


def _begins(head: bytes) -> Callable[[bytes], bool]:
    return lambda packet: packet.startswith(head)


@RULES.rule(weight=3, condition="refused", misconception="TFT-05")
def an_error_is_raised(learner: Learner, steps: Steps, rng: Random) -> None:
    """The server's ERROR, midway or first, is raised at once as TftpError(code, message).

    服务器的 ERROR，不管在中途还是开头，都立刻抛出 TftpError(code, message)。
    """
    for accepted, code, message in ((3, 3, "Disk full"), (0, 6, "File already exists")):
        upload = Upload(learner, steps, rng.randbytes(4 * 512)).asked()
        for number in range(accepted):
            upload.acknowledges(number, "TFT-12")
        upload.answers(error(code, message))
        upload.reply.rests()
        taken = such(bytes, _begins(data(code + 1, b"")))  # the code, as a number
        upload.sends_nothing(AFTER_AN_ERROR, {complains: "TFT-19", taken: "TFT-06"})
        raises_error(steps, upload.reply, code, {Hang: "TFT-05", tuple: None}, message)
    upload = Upload(learner, steps, rng.randbytes(5)).asked()
    upload.answers(b"\0\5\0\3\x80\xff\0")  # what becomes of such a message is free
    raises_error(steps, upload.reply, 3, {UnicodeError: "TXT-03"})


@RULES.rule(weight=3, condition="silence")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: the packet leaves tries times, timeout apart, then TimeoutError.

    一直没有响应：同一个包发 tries 次，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    began = time.time()
    upload = Upload(learner, steps, rng.randbytes(TWO_BLOCKS), SILENT_S, TRIES)
    ended = upload.reply.wait(WIRE_S)
    copies = upload.server.drain()
    if ended and not copies:
        upload.reply.raises(TimeoutError)  # whatever else it has raised says more than a number
    if ended:
        steps.expect(COPIES_SENT, got=len(copies), want=TRIES, because="TFT-03")
    spaced(steps, copies, began, SILENT_S, because="TFT-03")
    upload.reply.raises(TimeoutError, because="TFT-03")
    _gives_up_after_progress(learner, steps, rng)
    steps.anew()
    place = *upload.server.address, f"{steps.folder({'a': b'x'}).path}/a", "a"
    learner.start("upload", *place, 0.01).raises(TimeoutError)
    steps.expect(BY_DEFAULT, got=len(upload.server.drain()), want=5)
    steps.anew()
    reply = learner.start("upload", *place, tries=1)
    reply.raises(TimeoutError)
    reply.took(0.2)


def _gives_up_after_progress(learner: Learner, steps: Steps, rng: Random) -> None:
    """Answer the second copy of the request, and then nothing: all the tries are there again."""
    steps.anew()
    tries = 2 * TRIES
    upload = Upload(learner, steps, rng.randbytes(TWO_BLOCKS), SILENT_S, tries).asked()
    upload.server.receive(("the request, once more", "再发一次的请求"), "TFT-03")
    upload.answers(ack(0))
    ended = upload.reply.wait(WIRE_S)
    copies = [came for came in upload.server.drain() if opcode(came.data) == DATA]
    if ended and copies:  # on a busy machine it may have given up before
        steps.expect(COPIES_SENT, got=len(copies), want=tries, because="TFT-03")
    upload.reply.raises(TimeoutError, because="TFT-03")


@RULES.rule(weight=3, condition="duplicated", misconception="UDP-19")
def old_acks_buy_no_time(learner: Learner, steps: Steps, rng: Random) -> None:
    """ACKs that move nothing do not lengthen the wait: after tries it ends with TimeoutError.

    没有带来进展的 ACK 不会延长等待：发满 tries 次之后抛出 TimeoutError。
    """
    upload = Upload(learner, steps, rng.randbytes(TWO_BLOCKS), SILENT_S, TRIES).asked()
    upload.acknowledges(0, "TFT-12")
    upload.answers(ack(0), "duplicate")

    def again() -> None:
        with steps.untold():
            upload.answers(ack(0), "duplicate")

    within = SILENT_S * TRIES * 4
    taken_for_new = {int: "TFT-16"}
    upload.reply.raises_despite(again, TimeoutError, within=within, because=taken_for_new)
    steps.anew()
    upload = Upload(learner, steps, rng.randbytes(TWO_BLOCKS)).asked()
    upload.acknowledges(0, "TFT-12")
    upload.answers(ack(2))  # of a block that has not been sent
    upload.reply.rests()
    if not upload.reply.ended:
        upload.sends_nothing(Text("nothing for that ACK", "对这个 ACK 什么也不发"), "TFT-16")
        upload.acknowledges(1, "TFT-16")
        upload.answers(ack(2))
    upload.reply.returns(TWO_BLOCKS, because="TFT-16")


@RULES.rule(weight=2, misconception="STR-34")
def its_socket_is_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed, whether it returns or raises.

    它自己创建的套接字总会关闭，不管是返回还是抛出异常。
    """
    content = rng.randbytes(5)
    upload = Upload(learner, steps, content)
    with steps.premise():
        upload.arrives()
    upload.reply.closed_its_sockets()
    with steps.premise():
        upload = Upload(learner, steps, content).asked()
        upload.answers(error(6, "it exists"))
        raises_error(steps, upload.reply, 6)
    upload.reply.closed_its_sockets()
    upload = Upload(learner, steps, content, 0.03, 1)
    with steps.premise():
        upload.reply.raises(TimeoutError)
    upload.reply.closed_its_sockets()
