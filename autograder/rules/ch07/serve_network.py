"""07.5 serve, continued: what the network, strangers and silence do to transfers."""

import time
from random import Random

from autograder.clock import CLOCK
from autograder.deadlines import STOP_S, stretched
from autograder.exercise import Rules
from autograder.network import Datagram, Learner, Steps, Talker, spaced
from autograder.rules.ch07.serve_ends import half_written
from autograder.rules.ch07.serving import TIMEOUT_S, TRANSFERS, TRIES, FileServer, Transfer
from autograder.rules.ch07.shared import COPIES, LOSSES, SWAPS, TWO_BLOCKS
from autograder.rules.common import ANNA, CARL
from autograder.rules.tftp import Receiving, Sending, ack, blocks, data, error, rrq, said, wrq
from autograder.text import NOTHING, STRANGER, YOU, such

__all__ = ["RULES"]
RULES = Rules()

FAR_APART, LONG = "lose reply every 2", 512 * (TRIES + 1)  # each block once, more than TRIES
OFTEN = (stretched(0.02), 18)  # how our clients send again, where packets get lost
IN_TIME_S = stretched(0.06)  # for an answer to a stranger, if there is to be one

# The server of an RRQ sends two packets. A WRQ that comes twice, and so one that is overtaken by
# its own repetition, would be two uploads of one name at once, which nobody asks for.
READS = {word: each[:5] for word, each in (("lose", LOSSES), ("copy", COPIES), ("swap", SWAPS))}


def _reads(
    learner: Learner,
    steps: Steps,
    rng: Random,
    because: str | None = None,
    resends: tuple[float, int] = OFTEN,
    size: int = TWO_BLOCKS,
) -> None:
    content = rng.randbytes(size)
    server = FileServer(learner, steps, {"pub/a": content})
    server.resends = resends
    server.sends(rrq("a"), content, because)


def _writes(
    learner: Learner,
    steps: Steps,
    rng: Random,
    because: str | None = None,
    resends: tuple[float, int] = OFTEN,
) -> None:
    server = FileServer(learner, steps)
    server.resends = resends
    server.stores("a", rng.randbytes(TWO_BLOCKS), ({_is_doubled: "TFT-02"}, because))


_is_doubled = such(bytes, lambda got: len(got) > TWO_BLOCKS)


@RULES.rule(weight=3, condition="lost", misconception="TFT-03", faults=LOSSES)
def writing_survives_each_loss(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: whichever packet is lost, the file appears.

    WRQ：不管丢了哪一个包，文件都会出现。
    """
    acks = any(fault.reply and fault.number > 1 for fault in steps.faults.faults)
    _writes(learner, steps, rng, "TFT-02" if acks else None)


@RULES.rule(weight=3, condition="lost", misconception="TFT-03", faults=(*READS["lose"], FAR_APART))
def reading_survives_each_loss(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: whichever packet is lost, the file arrives.

    RRQ：不管丢了哪一个包，文件都会到达。
    """
    size = LONG if FAR_APART in map(str, steps.faults.faults) else TWO_BLOCKS
    _reads(learner, steps, rng, size=size)


@RULES.rule(weight=1, condition="duplicated", misconception="TFT-16", faults=READS["copy"])
def reading_survives_each_copy(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: whichever packet comes twice, the file arrives.

    RRQ：不管哪一个包到了两次，文件都会到达。
    """
    _reads(learner, steps, rng)


@RULES.rule(weight=1, condition="duplicated", misconception="TFT-02", faults=COPIES[1:])
def writing_survives_each_copy(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: whichever packet of the transfer comes twice, the file appears, nothing doubled.

    WRQ：不管传输中的哪一个包到了两次，文件都会出现，内容不会重复。
    """
    _writes(learner, steps, rng)


@RULES.rule(weight=1, condition="reordered", misconception="TFT-03", faults=READS["swap"])
def reading_survives_each_swap(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: whichever packet is overtaken by the next, the file arrives.

    RRQ：不管哪一个包被后一个包超过，文件都会到达。
    """
    _reads(learner, steps, rng)


@RULES.rule(weight=1, condition="reordered", misconception="TFT-03", faults=SWAPS[1:])
def writing_survives_each_swap(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ: whichever packet of the transfer is overtaken by the next, the file appears.

    WRQ：不管传输中的哪一个包被后一个包超过，文件都会出现。
    """
    _writes(learner, steps, rng)


CUT = ("truncate 2 3B", "truncate 3 0B")
PATIENTLY = (stretched(0.3), 5)  # a server that begins late must not have its request cut instead


@RULES.rule(weight=1, condition="truncated", misconception="TFT-14", faults=CUT)
def transfers_survive_garbage(learner: Learner, steps: Steps, rng: Random) -> None:
    """A packet of a transfer that is cut to fewer than 4 bytes does not end it.

    传输中的包被截到不足 4 个字节，也不会让传输结束。
    """
    _reads(learner, steps, rng, "TFT-14", PATIENTLY)
    _writes(learner, steps, rng, "TFT-14", PATIENTLY)


@RULES.rule(weight=2, condition="stranger", misconception="TFT-01")
def strangers_move_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """Only the client that asked counts: a stranger's DATA, ACK or ERROR changes nothing.

    只认提出请求的那个客户端：陌生人的 DATA、ACK、ERROR 什么也改变不了。
    """
    content, new = rng.randbytes(TWO_BLOCKS), rng.randbytes(TWO_BLOCKS)
    server = FileServer(learner, steps, {"pub/a": content})
    reading, writing = Receiving(server.address, rrq("a")), Sending(new, server.address, wrq("b"))
    for side, forged in ((reading, ack(1)), (writing, data(1, b"EVIL"))):
        transfer = Transfer(server, ANNA, side)
        to = transfer.goes_on().source
        for host in ("127.0.0.1", "127.0.0.2"):
            stranger = steps.udp(STRANGER, host)
            for packet in (forged, error(0, "stop")):
                stranger.send(packet, to, "forged")
            stranger.asked(server.reply, 0.03)  # an ERROR 5, if anything
        transfer.ends()
    steps.expect(("the file", "文件"), got=reading.content, want=content)
    server.shows("b", new)


@RULES.rule(weight=3, condition="duplicated", misconception="TFT-16")
def an_ack_counts_once(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ: an ACK that comes twice brings one DATA, not two.

    RRQ：同一个 ACK 到了两次，只换来一个 DATA，不是两个。
    """
    content = rng.randbytes(2 * 512 + 1)
    server, anna = FileServer(learner, steps, {"pub/a": content}), steps.udp(ANNA)
    stranger = steps.udp(STRANGER)
    anna.send(rrq("a"), server.address)
    for number, packet in enumerate(blocks(content), 1):
        came = anna.receive(f"DATA {number}", "TFT-01")
        stranger.send(ack(0), came.source, "forged")  # answered after all that came before
        stranger.asked(server.reply, IN_TIME_S)
        copies = [came, *anna.drain()]
        soon = [copy for copy in copies if copy.time - came.time < TIMEOUT_S / 2]
        steps.expect(("DATA packets that came", "收到的 DATA 个数"), got=len(soon), want=1)
        steps.expect(f"DATA {number}", got=came.data, want=packet)
        for fate in ("delivered", "duplicate"):
            anna.send(ack(number), came.source, fate)


# -- clients that fall silent ----------------------------------------------------------------------

AGAIN_S = stretched(2.5 * TIMEOUT_S)  # for a packet that is due once more


@RULES.rule(weight=3, condition="silence", misconception="TFT-03")
def gives_up_after_tries(learner: Learner, steps: Steps, rng: Random) -> None:
    """To a silent client a packet goes TRIES times, TIMEOUT_S apart; then nothing of it is left.

    客户端没有动静：同一个包发 TRIES 次，间隔不少于 TIMEOUT_S；然后放弃，什么也不留下。
    """
    files = {"pub/two": rng.randbytes(TWO_BLOCKS), "pub/one": b"1"}
    server = FileServer(learner, steps, files)
    anna, carl = steps.udp(ANNA), steps.udp(CARL)
    began = time.time()
    anna.send(rrq("two"), server.address)
    carl.send(rrq("one"), server.address)
    upload, to = half_written(server, "half", rng)
    ben = upload.client
    steps.tell(YOU, "all three are silent now", "三个客户端都不再出声")
    came = _collected(server, {anna: TRIES, carl: TRIES, ben: TRIES - 1})
    for client, packet, before, because in (
        (anna, blocks(files["pub/two"])[0], 0, "TFT-03"),
        (carl, data(1, b"1"), 0, None),
        (ben, ack(1), 1, "TFT-03"),
    ):
        copies = [copy for copy in came[client] if copy.data == packet]
        name = said(packet)
        what = (f"times that {name.en} was sent", f"{name.zh} 发出的次数")
        steps.expect(what, got=before + len(copies), want=TRIES, because=because or NOTHING)
        spaced(steps, copies, began, TIMEOUT_S, first=before)
    ben.send(data(2, b"too late"), to)
    server.holds(files, "TFT-17")
    server.until(lambda: not steps.process.sockets_kept())
    server.sets_stop()
    server.reply.returns(3, TRANSFERS, {Exception: "UDP-16"}, STOP_S)
    server.reply.closed_its_sockets()


def _collected(server: FileServer, due: dict[Talker, int]) -> dict[Talker, list[Datagram]]:
    """Return what comes to silent clients until each has got so many packets, or no more come."""
    came: dict[Talker, list[Datagram]] = {client: [] for client in due}

    def listen(seconds: float) -> bool:
        """Let so much time pass; return whether something has come."""
        if server.reply.wait(seconds):
            server.lives("TFT-03")
        before = sum(map(len, came.values()))
        for client, copies in came.items():
            copies += client.drain()
        return sum(map(len, came.values())) > before

    end = CLOCK.limit(AGAIN_S)
    while any(len(came[client]) < due[client] for client in due) and not CLOCK.passed(end):
        if listen(0.01):
            end = CLOCK.limit(AGAIN_S)
    listen(TIMEOUT_S * 1.25)  # for one that is too many
    return came
