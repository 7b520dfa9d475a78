"""07.5 serve, continued: what the network, strangers, silence and the end do to transfers."""

from random import Random
from typing import Any

from autograder.deadlines import PATIENCE
from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch07.serving import ANNA, ANSWER, WAIT_S, fetch, finish, serving, store
from autograder.rules.ch07.shared import COPIES, LOSSES, STRANGER, SWAPS, TIMEOUT_S, TWO_BLOCKS
from autograder.rules.tftp import Receiving, Sending, ack, blocks, data, error, rrq, wrq

__all__ = ["RULES"]

RULES = Rules()

RESEND_S, MANY = 0.02 * PATIENCE, 18  # our clients' own, where packets get lost

# The server of an RRQ sends two packets. A WRQ that comes twice, and so one that is overtaken by
# its own repetition, would be two uploads of one name at once, which nobody asks for.
READS = {word: each[:5] for word, each in (("lose", LOSSES), ("copy", COPIES), ("swap", SWAPS))}


def _reads(learner: Learner, steps: Steps, rng: Random, because: str) -> None:
    content = rng.randbytes(TWO_BLOCKS)
    server = serving(learner, steps, {"pub/a": content})
    fetch(server, steps.udp(ANNA), rrq("a"), content, because, RESEND_S, MANY)


def _writes(learner: Learner, steps: Steps, rng: Random, because: str) -> None:
    def cites(got: Any) -> str:
        doubled = isinstance(got, bytes) and len(got) > TWO_BLOCKS
        return "TFT-02" if doubled else because

    server = serving(learner, steps)
    store(server, steps.udp(ANNA), "a", rng.randbytes(TWO_BLOCKS), cites, RESEND_S, MANY)


@RULES.rule(weight=3, condition="lost", misconception="TFT-03", faults=LOSSES)
def writing_survives_each_loss(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: whichever packet is lost, the file appears.

    WRQ：不管丢了哪一个包，文件都会出现。
    """
    acks = any(fault.reply and fault.number > 1 for fault in steps.faults.faults)
    _writes(learner, steps, rng, "TFT-02" if acks else "TFT-03")


@RULES.rule(weight=3, condition="lost", misconception="TFT-03", faults=READS["lose"])
def reading_survives_each_loss(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: whichever packet is lost, the file arrives.

    RRQ：不管丢了哪一个包，文件都会到达。
    """
    last = any(fault.reply and fault.number == 2 for fault in steps.faults.faults)
    _reads(learner, steps, rng, "TFT-10" if last else "TFT-03")


@RULES.rule(weight=1, condition="duplicated", misconception="TFT-16", faults=READS["copy"])
def reading_survives_each_copy(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: whichever packet comes twice, the file arrives.

    RRQ：不管哪一个包到了两次，文件都会到达。
    """
    _reads(learner, steps, rng, "TFT-16")


@RULES.rule(weight=1, condition="duplicated", misconception="TFT-02", faults=COPIES[1:])
def writing_survives_each_copy(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: whichever packet of the transfer comes twice, the file appears, nothing doubled.

    WRQ：不管传输中的哪一个包到了两次，文件都会出现，内容不会重复。
    """
    _writes(learner, steps, rng, "TFT-02")


@RULES.rule(weight=1, condition="reordered", misconception="TFT-03", faults=READS["swap"])
def reading_survives_each_swap(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: whichever packet is overtaken by the next, the file arrives.

    RRQ：不管哪一个包被后一个包超过，文件都会到达。
    """
    _reads(learner, steps, rng, "TFT-03")


@RULES.rule(weight=1, condition="reordered", misconception="TFT-03", faults=SWAPS[1:])
def writing_survives_each_swap(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: whichever packet of the transfer is overtaken by the next, the file appears.

    WRQ：不管传输中的哪一个包被后一个包超过，文件都会出现。
    """
    _writes(learner, steps, rng, "TFT-03")


@RULES.rule(
    weight=1,
    condition="truncated",
    misconception="TFT-14",
    faults=("truncate 2 3B", "truncate 3 0B"),
)
def transfers_survive_garbage(learner: Learner, steps: Steps, rng: Random) -> None:
    """A packet of a transfer that is cut to fewer than 4 bytes does not end it.

    传输中的包被截到不足 4 个字节，也不会让传输结束。
    """
    _reads(learner, steps, rng, "TFT-14")
    _writes(learner, steps, rng, "TFT-14")


@RULES.rule(weight=2, condition="stranger", misconception="TFT-01")
def strangers_move_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the client that asked counts: a stranger's DATA, ACK or ERROR changes nothing.

    只认提出请求的那个客户端：陌生人的 DATA、ACK、ERROR 什么也改变不了。
    """
    content, new = rng.randbytes(TWO_BLOCKS), rng.randbytes(TWO_BLOCKS)
    server = serving(learner, steps, {"pub/a": content})
    reading = Receiving(server.sock.address, rrq("a")), ack(1)
    writing = Sending(new, server.sock.address, wrq("b")), data(1, b"EVIL")
    for side, forged in (reading, writing):
        client = steps.udp(ANNA)
        client.send(side.start()[0][0], server.sock.address)
        first = client.receive(ANSWER, server.died("TFT-01"), WAIT_S)
        for host in ("127.0.0.1", "127.0.0.2"):
            stranger = steps.udp(STRANGER, host)
            for packet in (forged, error(0, "stop")):
                stranger.send(packet, first.source, "forged")
            stranger.asked(server.reply, 0.03)  # an ERROR 5, if anything
        finish(server, client, side, first, "TFT-01")
    steps.expect(("the file", "文件"), got=reading[0].content, want=content)
    server.shows("b", new, "TFT-01")


@RULES.rule(weight=3, condition="duplicated", misconception="TFT-16")
def an_ack_counts_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: an ACK that comes twice brings one DATA, not two.

    RRQ：同一个 ACK 到了两次，只换来一个 DATA，不是两个。
    """
    content = rng.randbytes(2 * 512 + 1)
    server, anna = serving(learner, steps, {"pub/a": content}), steps.udp(ANNA)
    stranger = steps.udp(STRANGER)
    anna.send(rrq("a"), server.sock.address)
    for number, packet in enumerate(blocks(content), 1):
        came = anna.receive((f"DATA {number}", f"DATA {number}"), server.died("TFT-01"), WAIT_S)
        copies = [came]
        stranger.send(ack(0), came.source, "forged")  # answered after all that came before
        stranger.asked(server.reply, 0.06 * PATIENCE)
        copies += anna.drain()
        soon = [copy for copy in copies if copy.time - came.time < TIMEOUT_S / 2]
        steps.expect(("DATA packets that came", "收到的 DATA 个数"), got=len(soon), want=1)
        steps.expect((f"DATA {number}", f"DATA {number}"), got=came.data, want=packet)
        for fate in ("delivered", "duplicate"):
            anna.send(ack(number), came.source, fate)
