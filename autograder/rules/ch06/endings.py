"""06.6 download, how it ends: the last ACK, refusals, silence, and what is left behind."""

from random import Random
from typing import Any

from autograder.deadlines import WIRE_S, stretched
from autograder.exercise import Rules
from autograder.network import Folder, Learner, Steps
from autograder.rules.ch06.fetching import MANY, OTHERS, OUT, SHORT_S, Download
from autograder.rules.ch06.shared import WELL_KNOWN
from autograder.rules.common import PATIENT_S, word
from autograder.rules.tftp import ACK, RRQ, Sending, ack, blocks, data, error, opcode, play
from autograder.text import NOTHING, STRANGER, YOU, Hang, Mistakes, Proof, Text, such

__all__ = ["RULES"]
RULES = Rules()

ACKED = ("the ACK", "ACK 包")
BY_DEFAULT = ("requests, where tries is not given", "没有给出 tries 时发出的请求数")
SILENT_S = 0.02


NO_ERROR: Mistakes = {
    such(Exception, lambda got: "Tftp" in str(got)): "TFT-06",
    (Hang, TimeoutError): "TFT-05",
}
"""Where a TftpError was due."""


@RULES.rule(weight=8, condition="lost", misconception="TFT-23")
def the_last_ack_again(learner: Learner, steps: Steps, rng: Random) -> None:
    """If the last block comes again, its ACK is sent again.

    最后一块如果再来一次，就再发一次它的 ACK。
    """
    download = Download(learner, steps, PATIENT_S, 3)
    (last,) = blocks(rng.randbytes(3))
    for because in (None, "TFT-23", "TFT-23"):
        download.sends(last)
        download.server.expect(ack(1), ACKED, because or NOTHING, fate="lost")  # so: once more
    steps.expect(("whether it has returned", "是否已经返回"), got=download.reply.ended, want=False)


@RULES.rule(weight=4, misconception="UDP-19")
def listens_once_more_and_no_longer(learner: Learner, steps: Steps, rng: Random) -> None:
    """After the last block it listens for one timeout, however many packets come.

    最后一块之后只再听一个 timeout，不管还来多少包。
    """
    timeout, content = 0.05, rng.randbytes(3)
    download = Download(learner, steps, timeout, 9)
    server, (last,) = download.server, blocks(content)
    server.send(last, download.client)
    server.expect(ack(1), ACKED)
    want = Text(f"a return after {timeout:g} s", f"{timeout:g} s 后返回")
    again = server.chatter(last, download.client)
    download.reply.ends_despite(again, want, within=6 * timeout)
    download.reply.result()
    download.leaves(content)
    download.reply.took(timeout, "TFT-23")


@RULES.rule(weight=4, condition="stranger", misconception="TFT-01")
def an_intruder(learner: Learner, steps: Steps, rng: Random) -> None:
    """What comes from another port or host, DATA or ERROR, does not change the file.

    其他端口或主机发来的包，不管是 DATA 还是 ERROR，都不影响文件。
    """
    here, elsewhere = steps.udp(STRANGER), steps.udp(STRANGER, "127.0.0.2")
    download = Download(learner, steps)

    def intrude(block: int) -> None:
        # Before the first block nobody could tell another port of the server's host apart.
        for intruder in {1: [elsewhere], 2: [here, elsewhere]}.get(block, []):
            intruder.send(data(block, b"EVIL"), download.client, "forged")
            intruder.send(error(1, "EVIL"), download.client, "forged")

    download.fetches(rng.randbytes(513), before=intrude)


@RULES.rule(weight=3, condition="refused")
def the_servers_error(learner: Learner, steps: Steps, rng: Random) -> None:
    """The server's ERROR, at once or midway, becomes TftpError(code, message) at once.

    服务器的 ERROR，不管最先就来还是中途才来，都立即变成带着错误码和消息的 TftpError。
    """
    for midway in (False, True):
        download = Download(learner, steps, PATIENT_S, 3)
        if midway:
            download.sends(data(1, rng.randbytes(512)))
            download.server.expect(ack(1), ACKED)
        code, text = rng.randrange(1, 5), word(rng)
        download.sends(error(code, text))
        raised = download.reply.raises_named("TftpError", because=NO_ERROR)
        what = ("args of the TftpError", "TftpError 的 args")
        steps.expect(what, got=raised.args[1:], want=(code, text), because=NOTHING)


@RULES.rule(weight=3, condition="silence")
def nobody_answers(learner: Learner, steps: Steps, rng: Random) -> None:
    """Silence: the request is sent tries times, timeout apart, then TimeoutError.

    一直没有响应：请求发 tries 次，间隔不少于 timeout，然后抛出 TimeoutError。
    """
    tries = 3
    download = Download(learner, steps, SILENT_S, tries, unasked="TFT-03")
    _gives_up(steps, download, RRQ, tries, 1)
    download.reply.took(SILENT_S * tries, "TFT-03")
    steps.anew()
    server, folder = steps.udp(WELL_KNOWN), steps.folder()
    place = *server.address, "notes", f"{folder.path}/{OUT}"
    learner.start("download", *place, 0.01).raises(TimeoutError)
    steps.expect(BY_DEFAULT, got=len(server.drain()), want=5)
    steps.anew()
    reply = learner.start("download", *place, tries=1)
    reply.raises(TimeoutError)
    reply.took(0.2)


@RULES.rule(weight=3, misconception="TFT-17")
def failures_leave_nothing_behind(learner: Learner, steps: Steps, rng: Random) -> None:
    """After any failure out_path is as it was, and no other file is left in its folder.

    不管怎样失败，out_path 都和原来一样，目录里也没有留下别的文件。
    """
    for files in ({}, {OUT: word(rng, 5).encode()}):
        folder, tries = steps.folder(files), 2
        with steps.premise():
            download = _refused(learner, steps, folder)
        download.leaves(files.get(OUT))
        with steps.premise():
            download = Download(learner, steps, SILENT_S, tries, folder=folder)
            download.sends(data(1, rng.randbytes(512)))
            _gives_up(steps, download, ACK, tries)
        download.leaves(files.get(OUT))
        with steps.premise():
            download = _interrupted(learner, steps, folder)
        download.leaves(files.get(OUT))
    _onto_a_folder(learner, steps, rng.randbytes(3))


def _refused(learner: Learner, steps: Steps, folder: Folder | None = None) -> Download:
    """Let the server refuse a request, and expect a TftpError."""
    download = Download(learner, steps, PATIENT_S, 3, folder=folder)
    download.sends(error(1, "no"))
    download.reply.raises_named("TftpError", because=NO_ERROR)
    return download


def _interrupted(learner: Learner, steps: Steps, folder: Folder | None = None) -> Download:
    """Let on_progress raise, and expect that the call does, whatever that is in the end."""

    def on_progress(*_: Any) -> None:
        steps.tell(YOU, "on_progress raises ValueError", "on_progress 抛出 ValueError")
        raise ValueError("enough")

    download = Download(learner, steps, SHORT_S, MANY, on_progress, folder=folder)
    download.sends(data(1, bytes(512)))
    download.reply.raises(Exception)
    return download


def _onto_a_folder(learner: Learner, steps: Steps, content: bytes) -> None:
    """Let out_path be a folder, and expect that the call raises, whatever that is, at once or
    when all has arrived; and leaves nothing."""
    steps.anew()
    server, folder = steps.udp(WELL_KNOWN), steps.folder()
    folder.make(OUT)
    place = *server.address, "notes", f"{folder.path}/{OUT}"
    reply = learner.start("download", *place, SHORT_S, MANY)
    asked = server.asked(reply)
    if asked is not None:
        play(steps, server, Sending(content, asked.source), reply, at=server.port())
    steps.tell(YOU, "out_path is a folder", "out_path 是目录")
    reply.raises(Exception)
    steps.expect(OTHERS, got=len(folder.read()), want=0)


def _gives_up(steps: Steps, download: Download, kind: int, tries: int, received: int = 0) -> None:
    """Say nothing until the call ends, and expect as many packets of that kind from it as it has
    tries.

    On a busy machine it may have asked again before our block arrived, or even given up: then
    there is no ACK to count.
    """
    ended = download.reply.wait(WIRE_S)
    came = download.server.drain()
    sends = received + sum(opcode(each.data) == kind for each in came)
    if ended and sends:
        what = ("sends without progress", "没有进展时的发送次数")
        steps.expect(
            what, got=sends, want=tries, because={such(int, lambda got: got == 1): "TFT-03"}
        )
    download.reply.raises(TimeoutError, because={Hang: "TFT-03"}, within=stretched(0.2))


@RULES.rule(weight=4, misconception="TFT-17")
def replaced_when_complete(learner: Learner, steps: Steps, rng: Random) -> None:
    """An existing out_path is replaced in one step, and only when everything has arrived.

    已有的 out_path 用一步操作替换，而且要等到全部收完。
    """
    old = word(rng, 700).encode()
    download = Download(learner, steps, timeout=0.05, folder=steps.folder({OUT: old}))
    reader = download.folder.opened(OUT)

    def unchanged(block: int) -> None:
        if block == 2:
            download.reply.rests()  # it has done with block 1 what it does
            what = ("out_path before the last block", "收到最后一块之前的 out_path")
            steps.expect(what, got=download.folder.read().get(OUT), want=old)

    download.fetches(rng.randbytes(513), "TFT-07", before=unchanged)
    what = ("what a program reads that opened out_path before", "事先打开了 out_path 的程序读到的")
    steps.expect(what, got=reader.read(), want=old, because=Proof("TFT-17"))


@RULES.rule(weight=2)
def its_socket_is_closed(learner: Learner, steps: Steps, rng: Random) -> None:
    """The socket that it makes is closed, whether it returns or raises.

    它自己创建的套接字总会关闭，不管是返回还是抛出异常。
    """
    with steps.premise():
        reply = Download(learner, steps).fetches(rng.randbytes(3))
    reply.closed_its_sockets()
    for fails in (_refused, _interrupted):
        with steps.premise():
            reply = fails(learner, steps).reply
        reply.closed_its_sockets()
    with steps.premise():
        reply = Download(learner, steps, timeout=0.01, tries=1).reply
        reply.raises(TimeoutError)
    reply.closed_its_sockets()
