"""07.5 serve, continued: clients that fall silent."""

import math
import time
from random import Random

from autograder.deadlines import PATIENCE
from autograder.exercise import Rules
from autograder.network import Datagram, Learner, Steps, Talker
from autograder.rules.ch07.serve_ends import half_written, left
from autograder.rules.ch07.serving import ANNA, BEN, CARLA, WAIT_S, Server, serving
from autograder.rules.ch07.shared import TIMEOUT_S, TRIES, TWO_BLOCKS, said
from autograder.rules.tftp import ack, blocks, data, rrq
from autograder.text import YOU, Text

__all__ = ["RULES"]

RULES = Rules()


@RULES.rule(weight=3, condition="silence", misconception="TFT-03")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """To a silent client a packet goes TRIES times, TIMEOUT_S apart; then all is given back.

    客户端没有动静：同一个包发 TRIES 次，间隔不少于 TIMEOUT_S；然后放弃，什么也不留下。
    """
    content = rng.randbytes(TWO_BLOCKS)
    server = serving(learner, steps, {"pub/two": content, "pub/one": b"1"})
    anna, carla, ben = steps.udp(ANNA), steps.udp(CARLA), steps.udp(BEN)
    began = time.time()
    anna.send(rrq("two"), server.sock.address)
    carla.send(rrq("one"), server.sock.address)
    transfer = half_written(server, ben, "half", rng)
    steps.tell(YOU, "all three are silent now", "三个客户端都不再出声")
    came = _collected(server, {anna: TRIES, carla: TRIES, ben: TRIES - 1})
    for client, packet, before, because in (
        (anna, blocks(content)[0], 0, "TFT-03"),
        (carla, data(1, b"1"), 0, "TFT-10"),
        (ben, ack(1), 1, "TFT-03"),
    ):
        copies = [copy for copy in came[client] if copy.data == packet]
        said_en, said_zh = said(packet)
        what = f"times that {said_en} was sent", f"{said_zh} 发出的次数"
        steps.expect(what, got=before + len(copies), want=TRIES, because=because)
        # A stamp can be late, never early: so each copy is measured from the beginning.
        due = (TIMEOUT_S * 0.95 * n for n in range(before, TRIES))
        if any(copy.time - began < wait for copy, wait in zip(copies, due, strict=True)):
            got = Text("less than that", "没有那么久")
            want = Text("TIMEOUT_S or more", "不少于 TIMEOUT_S")
            steps.fail(("the time between two copies", "两份之间的间隔"), got=got, want=want)
    ben.send(data(2, b"too late"), transfer)
    left(server, {"pub/two": content, "pub/one": b"1"})
    _sockets_closed(server)
    server.ends(3)
    server.reply.closed_its_sockets()


def _collected(server: Server, due: dict[Talker, int]) -> dict[Talker, list[Datagram]]:
    """Return what comes to silent clients until each has got so many packets, or no more come."""
    came: dict[Talker, list[Datagram]] = {client: [] for client in due}
    enough, end = False, math.inf
    while time.monotonic() < end:
        heard = {client: client.drain() for client in due}
        for client, copies in heard.items():
            came[client] += copies
        server.lives("TFT-03")
        if not enough and (end == math.inf or any(heard.values())):
            enough = all(len(came[client]) >= count for client, count in due.items())
            # After the last that is due, wait for one that is too many.
            end = time.monotonic() + TIMEOUT_S * (1.25 if enough else 2.5 * PATIENCE)
        server.steps.listen(min(end, time.monotonic() + 0.01))
    return came


def _sockets_closed(server: Server) -> None:
    """Wait until the transfers, which have ended, have closed their sockets."""
    end = time.monotonic() + WAIT_S
    while server.steps.process.sockets_kept() and time.monotonic() < end:
        server.steps.listen(time.monotonic() + 0.004)
