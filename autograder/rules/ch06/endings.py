"""06.6 download, how it ends: the last ACK, refusals, silence, and what is left behind."""

from dataclasses import replace
from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Reply, Steps, Talker
from autograder.rules.ch06.fetching import OUT, asked, expect_file, fetch, started
from autograder.rules.ch06.shared import STRANGER, WELL_KNOWN, ends_all_the_same, pause
from autograder.rules.common import chatter, waited, word
from autograder.rules.tftp import Address, ack, blocks, data, error
from autograder.text import Sent, Text

__all__ = ["RULES"]

RULES = Rules()

ACKED = ("the ACK", "ACK 包")
PATIENT_S = 5.0  # a timeout that a busy machine does not reach by itself
SILENT_S = 0.02


def _acked(steps: Steps, server: Talker, block: int, because: str) -> None:
    """Expect an ACK of that block next."""
    came = server.receive(ACKED, because)
    steps.expect(ACKED, got=came.data, want=ack(block), because=because)


# -- the last ACK -----------------------------------------------------------------------------


@RULES.rule(weight=8, condition="lost", misconception="TFT-23")
def the_last_ack_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the last block comes again, its ACK is sent again.

    最后一块如果再来一次，就再发一次它的 ACK。
    """
    server = steps.udp(WELL_KNOWN)
    reply = started(learner, server, steps.folder(), PATIENT_S, 3)
    client, tid = asked(steps, server), server.port()
    (last,) = blocks(rng.randbytes(3))
    for because in ("TFT-12", "TFT-23", "TFT-23"):
        server.send(last, client, source=tid)
        _acked(steps, server, 1, because)
        came = steps.story[-1]
        assert isinstance(came, Sent)
        steps.story[-1] = replace(came, fate="lost")  # so the server does not know
    steps.expect(("whether it has returned", "是否已经返回"), got=reply.ended, want=False)


@RULES.rule(weight=4, misconception="UDP-19")
def listens_once_more_and_no_longer(learner: Learner, steps: Steps, rng: Random) -> None:
    """After the last block it listens for one timeout, however many packets come.

    最后一块之后只再听一个 timeout，不管还来多少包。
    """
    server, folder = steps.udp(WELL_KNOWN), steps.folder()
    timeout = 0.05
    reply = started(learner, server, folder, timeout, 9)
    client = asked(steps, server)
    content = rng.randbytes(3)
    (last,) = blocks(content)
    server.send(last, client)
    _acked(steps, server, 1, "TFT-12")
    repeat = chatter(steps, server, last, client)
    want = Text(f"a return after {timeout:g} s", f"{timeout:g} s 后返回")
    ends_all_the_same(steps, reply, repeat, 6 * timeout, want)
    reply.result()
    expect_file(steps, folder, content, None)
    waited(steps, reply, timeout, "TFT-23")


# -- strangers and refusals --------------------------------------------------------------------


@RULES.rule(weight=4, condition="stranger", misconception="TFT-01")
def an_intruder(learner: Learner, steps: Steps, rng: Random) -> None:
    """What comes from another port or host, DATA or ERROR, does not change the file.

    其他端口或主机发来的包，不管是 DATA 还是 ERROR，都不影响文件。
    """
    here = steps.udp(STRANGER)
    elsewhere = steps.udp(STRANGER, "127.0.0.2")

    def intrude(block: int, client: Address, reply: Reply) -> None:
        del reply
        # Before the first block nobody could tell another port of the server's host apart.
        for intruder in (here, elsewhere)[2 - block :] if block < 3 else ():
            intruder.send(data(block, b"EVIL"), client, "forged")
            intruder.send(error(1, "EVIL"), client, "forged")

    fetch(learner, steps, rng.randbytes(513), because="TFT-01", before=intrude)


@RULES.rule(weight=3, condition="refused", misconception="TFT-05")
def the_servers_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """The server's ERROR, at once or midway, becomes TftpError(code, message) at once.

    服务器的 ERROR，不管最先就来还是中途才来，都立即变成带着错误码和消息的 TftpError。
    """
    for blocks_before in (0, 1):
        server = steps.udp(WELL_KNOWN)
        reply = started(learner, server, steps.folder(), PATIENT_S, 3)
        client, tid = asked(steps, server), server.port()
        if blocks_before:
            server.send(data(1, rng.randbytes(512)), client, source=tid)
            _acked(steps, server, 1, "TFT-12")
        code, text = rng.randrange(1, 5), word(rng)
        server.send(error(code, text), client, source=tid)
        raised = reply.raises_named("TftpError", because=_lost_error)
        what = ("args of the TftpError", "TftpError 的 args")
        steps.expect(what, got=raised.args[1:], want=(code, text), because="TFT-06")


def _lost_error(got: Any) -> str:
    return "TFT-06" if isinstance(got, Exception) and "Tftp" in str(got) else "TFT-05"


# -- silence, and what is left -----------------------------------------------------------------


@RULES.rule(weight=3, condition="silence", misconception="TFT-03")
def nobody_answers(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: the request is sent tries times, timeout apart, then TimeoutError.

    一直没有应答：请求发 tries 次，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    server, tries = steps.udp(WELL_KNOWN), 3
    reply = started(learner, server, steps.folder(), SILENT_S, tries)
    _gives_up(steps, server, reply, tries)
    waited(steps, reply, SILENT_S * tries, "TFT-03")


@RULES.rule(weight=3, condition="silence", misconception="TFT-17")
def failures_leave_nothing_behind(learner: Learner, steps: Steps, rng: Random) -> None:
    """After any failure out_path is as it was, and no other file is left in its folder.

    不管怎样失败，out_path 都和原来一样，文件夹里也没有留下别的文件。
    """
    for files in ({}, {OUT: word(rng, 5).encode()}):
        server, folder = steps.udp(WELL_KNOWN), steps.folder(files)
        reply = started(learner, server, folder, PATIENT_S, 3)
        server.send(error(1, "no"), asked(steps, server))
        reply.raises_named("TftpError", because=_lost_error)
        expect_file(steps, folder, files.get(OUT), "TFT-17")
        tries = 2
        reply = started(learner, server, folder, SILENT_S, tries)
        client = asked(steps, server)
        server.send(data(1, rng.randbytes(512)), client, source=server.port())
        _gives_up(steps, server, reply, tries)
        expect_file(steps, folder, files.get(OUT), "TFT-17")


def _gives_up(steps: Steps, server: Talker, reply: Reply, tries: int) -> None:
    """Say nothing until the call ends, and expect tries equal packets from it."""
    pause(steps, reply, 1.0)
    sent = [came.data for came in server.drain()]
    if reply.ended:
        steps.expect(
            ("sends without progress", "没有进展时的发送次数"),
            got=len(sent),
            want=tries,
            because="TFT-03",
        )
    reply.raises(TimeoutError, because="TFT-03", within=0.2)


@RULES.rule(weight=4, misconception="TFT-17")
def replaced_when_complete(learner: Learner, steps: Steps, rng: Random) -> None:
    """An existing out_path is replaced, and only when everything has arrived.

    已有的 out_path 会被替换，但要等到全部收完。
    """
    old = word(rng, 700).encode()
    folder = steps.folder({OUT: old})

    def unchanged(block: int, client: Address, reply: Reply) -> None:
        del client
        if block == 2:
            reply.rests()  # it has done with block 1 what it does
            what = ("out_path before the last block", "收到最后一块之前的 out_path")
            steps.expect(what, got=folder.read().get(OUT), want=old, because="TFT-17")

    content = rng.randbytes(513)
    fetch(
        learner,
        steps,
        content,
        because="TFT-07",
        timeout=0.05,
        before=unchanged,
        folder=folder,
    )


@RULES.rule(weight=2, misconception="STR-34")
def its_socket_is_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed, whether it returns or raises.

    它自己创建的套接字总会关闭，不管是返回还是抛出异常。
    """
    fetch(learner, steps, rng.randbytes(3)).closed_its_sockets()
    server, folder = steps.udp(WELL_KNOWN), steps.folder()
    reply = started(learner, server, folder, PATIENT_S, 3)
    server.send(error(1, "no"), asked(steps, server))
    reply.raises_named("TftpError", because=_lost_error)
    reply.closed_its_sockets()
    reply = started(learner, server, folder, 0.01, 1)
    reply.raises(TimeoutError, because="TFT-03")
    reply.closed_its_sockets()
