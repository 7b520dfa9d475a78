"""07.5 serve, continued: how transfers end, and the server itself."""

import time
from random import Random
from typing import Any

from autograder.deadlines import PATIENCE
from autograder.exercise import Rules
from autograder.network import Learner, Steps, Talker
from autograder.rules.ch07.serving import ANNA, ANSWER, BEN, WAIT_S, Server, fetch, serving, store
from autograder.rules.ch07.shared import TIMEOUT_S
from autograder.rules.common import chatter, stop_under_traffic
from autograder.rules.tftp import Address, ack, data, error, rrq, wrq
from autograder.text import YOU, Text

__all__ = ["RULES", "half_written", "left"]

RULES = Rules()

STOP_S = 1.0 * PATIENCE  # twice what the contract says


@RULES.rule(weight=2, misconception="UDP-16")
def stops_and_counts(learner: Learner, steps: Steps, rng: Random) -> None:
    """After stop.set() it returns how many transfers began, refused ones not; sock69 stays open.

    stop.set() 之后，返回开始过的传输次数，被拒绝的不算；sock69 保持打开。
    """
    server = serving(learner, steps, {"pub/a": b"1"})
    reads = rng.randrange(1, 4)
    for _ in range(reads):
        fetch(server, steps.udp(ANNA), rrq("a"), b"1", "TFT-10")
    store(server, steps.udp(ANNA), "b", b"2", "TFT-10")
    for request in (rrq("missing"), wrq("a"), rrq("../a"), rrq("a", "mail")):
        ben = steps.udp(BEN)
        ben.send(request, server.sock.address)
        ben.receive(ANSWER, server.died("UDP-10"), WAIT_S)
    server.reply.rests()
    server.ends(reads + 1)
    server.reply.left_open(server.sock, "STR-43")


@RULES.rule(weight=2, misconception="CON-04")
def stops_while_a_client_goes_on(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if transfers still run, silent ones or slow ones.

    即使还有传输在进行（对方没有动静，或者很慢），stop.set() 之后 0.5 秒之内也返回。
    """
    server = serving(learner, steps, {"pub/a": rng.randbytes(100 * 512)})
    anna, ben = steps.udp(ANNA), steps.udp(BEN)
    ben.send(rrq("a"), server.sock.address)  # and is silent
    anna.send(rrq("a"), server.sock.address)
    came = anna.receive(ANSWER, server.died("CON-04"), WAIT_S)
    steps.tell(YOU, "stop.set()", "stop.set()")
    server.stop.set()
    end, told = time.monotonic() + STOP_S, len(steps.story)
    while not server.reply.ended and time.monotonic() < end:
        steps.listen(time.monotonic() + TIMEOUT_S / 2)
        anna.send(ack(int.from_bytes(came.data[2:4])), came.source)
        came = next(iter(anna.drain()), came)
        del steps.story[told + 1 :]  # one ACK is enough to be told: what follows is a race
    if not server.reply.ended:
        steps.tell(YOU, "still serving", "还在服务")
        steps.fail(
            ("a return", "函数返回"),
            got=Text(f"still serving after {STOP_S:g} s", f"{STOP_S:g} s 后还在服务"),
            want=Text("soon after stop.set()", "stop.set() 之后不久"),
            late=True,
        )
    server.reply.result()


@RULES.rule(weight=1, misconception="UDP-16")
def stops_under_traffic(learner: Learner, steps: Steps, rng: Random) -> None:
    """It returns within 0.5 s of stop.set() even if requests go on coming.

    即使一直有请求到来，stop.set() 之后 0.5 秒之内也返回。
    """
    server = serving(learner, steps, {"pub/a": b"1"})
    send = chatter(steps, steps.udp(ANNA), rrq("missing"), server.sock.address)
    stop_under_traffic(steps, server.stop, server.reply, send)


@RULES.rule(weight=2, condition="refused", misconception="TFT-17")
def an_upload_is_broken_off(learner: Learner, steps: Steps, rng: Random) -> None:
    """A client that breaks off its upload with an ERROR is not answered, and leaves nothing.

    客户端用 ERROR 中断上传：不应答，也什么都不留下。
    """
    server = serving(learner, steps)
    for name in ("gone", "half"):
        ben = steps.udp(BEN)
        transfer = half_written(server, ben, name, rng)
        ben.send(error(0, "I have changed my mind"), transfer)
        store(
            server, steps.udp(ANNA), f"after {name}", b"1", "TFT-17"
        )  # the ERROR has had its time
        if any(came.data[:2] == error(0)[:2] for came in ben.drain()):
            got, want = Text("an ERROR", "一个 ERROR"), Text("nothing more", "什么也不再发")
            steps.fail(("what ben hears", "小本收到的"), got=got, want=want, because="TFT-19")
    store(server, steps.udp(ANNA), "half", b"2", _appended)
    left(server, {"pub/after gone": b"1", "pub/after half": b"1", "pub/half": b"2"})


def _appended(got: Any) -> str:
    return "TFT-07" if isinstance(got, bytes) and len(got) > 512 else "TFT-17"


def half_written(server: Server, ben: Talker, name: str, rng: Random) -> Address:
    """Begin to write a file; return where the transfer's socket is."""
    ben.send(wrq(name), server.sock.address)
    source = ben.receive(ANSWER, server.died("TFT-17"), WAIT_S).source
    ben.send(data(1, rng.randbytes(512)), source)
    ben.receive(("ACK 1", "ACK 1"), server.died("TFT-17"), WAIT_S)
    return source


def left(server: Server, files: dict[str, bytes]) -> None:
    """Wait until the folder holds these files and no others."""
    end = time.monotonic() + WAIT_S
    while sorted(server.folder.read()) != sorted(files) and time.monotonic() < end:
        server.steps.listen(time.monotonic() + 0.004)
    server.holds(files, "TFT-17")
