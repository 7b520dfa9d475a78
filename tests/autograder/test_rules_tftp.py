"""The judge's own TFTP: both sides of a transfer, and exchanges in virtual time."""

import random
from collections.abc import Callable, Iterator

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Packets, Steps
from autograder.rules import tftp
from autograder.rules.exchange import MOST_PACKETS, exchange
from autograder.rules.tftp import Receiving, Sending, ack, blocks, data, error, rrq, wrq
from autograder.text.story import Sent
from netlib.dissect.tftp import TFTP
from netlib.schedule import Schedule

CLIENT, SERVER, TID = ("192.0.2.1", 40000), ("192.0.2.69", 69), ("192.0.2.69", 40001)
OTHER_PORT, OTHER_HOST = ("192.0.2.69", 40002), ("192.0.2.2", 40001)
SIZES = [0, 1, 511, 512, 513, 1024, 1537]


@pytest.mark.parametrize(
    ("packet", "line"),
    [
        (rrq("a.txt"), "RRQ 'a.txt' 'octet'"),
        (rrq("a", "netascii", blksize=1428), "RRQ 'a' 'netascii' 'blksize' '1428'"),
        (wrq("你"), "WRQ '你' 'octet'"),
        (ack(65535), "ACK 65535"),
        (error(1, "no"), "ERROR 1 'no'"),
        (tftp.oack(tsize=0), "OACK 'tsize' '0'"),
        (data(7, b"abc")[:4], "DATA 7 len=0"),
    ],
)
def test_packets_are_what_the_dissector_reads(packet: bytes, line: str) -> None:
    assert TFTP.parse(packet).line(0) == line


def test_numbers_of_blocks_go_from_65535_to_0() -> None:
    numbers = [int.from_bytes(packet[2:4]) for packet in blocks(bytes(2049), 65534)]
    assert numbers == [65534, 65535, 0, 1, 2]


def meet(
    sending: Sending, receiving: Receiving, begins: Sending | Receiving, rng: random.Random
) -> None:
    """Let two sides talk over a network that loses and doubles a third of all packets."""
    here = {id(sending): TID, id(receiving): CLIENT}
    flying = [(begins, packet) for packet, _ in begins.start()]
    for _ in range(2000):
        if sending.done and receiving.done:
            return
        if not flying:
            flying = [(s, p) for s in (sending, receiving) for p, _ in s.on_timeout()]
            continue
        source, packet = flying.pop(rng.randrange(len(flying)))
        other = receiving if source is sending else sending
        for _ in range(rng.choice((0, 1, 2))):
            flying += [(other, answer) for answer, _ in other.feed(packet, here[id(source)])]
    raise AssertionError("they never ended")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(5))
def test_both_sides_agree_on_a_bad_network(size: int, seed: int) -> None:
    rng = random.Random(f"{size} {seed}")
    content = rng.randbytes(size)
    sending = Sending(content, CLIENT)
    receiving = Receiving(SERVER, rrq("x"))
    receiving.feed(data(9), TID)  # sets nothing
    meet(sending, receiving, sending, rng)
    assert receiving.content == content and receiving.tid == TID

    sending = Sending(content, CLIENT, wrq("x"))
    receiving = Receiving(TID)
    meet(sending, receiving, receiving, rng)
    assert receiving.content == content and receiving.progress == size // 512 + 1


@pytest.mark.parametrize(
    ("packet", "source", "answer"),
    [
        (data(2, b"EVIL"), OTHER_PORT, [(tftp.STRANGER, OTHER_PORT)]),
        (data(2, b"EVIL"), OTHER_HOST, [(tftp.STRANGER, OTHER_HOST)]),
        (error(1, "EVIL"), OTHER_PORT, []),
        (data(1, bytes(512)), TID, [(ack(1), TID)]),  # again
        (data(3, b"early"), TID, []),
        (ack(1), TID, []),
        (b"\0\3\0", TID, []),
        (b"\0\7\0\2", TID, []),
    ],
)
def test_what_is_not_due_changes_nothing(
    packet: bytes, source: tuple[str, int], answer: Packets
) -> None:
    side = Receiving(SERVER, rrq("x"))
    side.feed(data(1, bytes(512)), TID)
    assert side.feed(packet, source) == answer
    assert (side.content, side.done, side.error, side.progress) == (bytes(512), False, None, 1)


def test_a_sender_sends_nothing_for_an_old_ack() -> None:
    side = Sending(bytes(1025), TID)
    assert side.start() == [(data(1, bytes(512)), TID)]
    assert side.feed(ack(1), TID) == [(data(2, bytes(512)), TID)]
    assert side.feed(ack(1), TID) == side.feed(ack(7), TID) == []
    assert side.on_timeout() == [(data(2, bytes(512)), TID)]
    assert side.feed(error(3, "full"), TID) == side.on_timeout() == []
    assert side.error == (3, "full")


# -- in virtual time -----------------------------------------------------------------------------

CELLS = """
import struct
STRANGER = b"\\0\\5\\0\\5unknown transfer ID\\0"
class Side:
    def __init__(self, request, server):
        self.out, self.server, self.tid = [(request, server)], server, None
        self.data, self.done, self.error, self.progress = b"", False, None, 0
    def start(self): return self.out
    def on_timeout(self): return [] if self.done else self.out
    def feed(self, packet, address):
        if len(packet) < 4 or packet[:2] != b"\\0\\3":
            return []
        if address[0] != self.server[0] or self.tid not in (None, address):
            return [(STRANGER, address)]
        if packet[2:4] == struct.pack("!H", self.progress + 1) and not self.done:
            self.tid, self.progress = address, self.progress + 1
            self.data, self.done = self.data + packet[4:], len(packet) < 516
            self.out = [(b"\\0\\4" + packet[2:4], address)]
        elif packet[2:4] != struct.pack("!H", self.progress):
            return []
        return self.out
class Deaf(Side):
    def feed(self, packet, address): return []
class Rude(Side):
    def feed(self, packet, address): return [(b"\\0\\5\\0\\0no\\0", address)]
class Flood(Side):
    def feed(self, packet, address): return self.out * 300
class Doubles(Side):
    def feed(self, packet, address):
        return super().feed(packet, address) * 2
"""


@pytest.fixture
def exchanged() -> Iterator[Callable[[str, str], Outcome]]:
    """Return a function that lets a class of CELLS fetch 513 bytes under faults."""
    cells = Program([LoadCell("cell 1", CELLS, True)], fork)

    def run(name: str, faults: str) -> Outcome:
        rules = Rules()

        @rules.rule()
        def the_file_arrives(learner: Learner, steps: Steps, rng: random.Random) -> None:
            """The file arrives.

            文件到达。
            """
            for address in (SERVER, TID):
                steps.party(("server", "服务器"), address)
            side = Sending(bytes(513), CLIENT)
            it = learner.machine(name, rrq("x"), SERVER)
            over = exchange(steps, it, side, here=CLIENT, at=TID, asked_at=SERVER)
            it.has(data=bytes(513), done=True)
            steps.expect("over", got=over, want=True)

        found = Exercise(f"tst/{name}", 1, (name,), rules, protocol="tftp")
        return run_rule(found, rules[0], cells, random.Random(1), Schedule.parse(faults))

    yield run
    cells.close()


EACH = [
    f"{word} {place}{amount}"
    for word, amount in (("lose", ""), ("duplicate", ""), ("reorder", ""), ("delay", " 400ms"))
    for place in ("1", "2", "3", "reply 1", "reply 2")
]


@pytest.mark.parametrize(
    "faults",
    ["", *EACH, "truncate reply 1 3B", "stranger reply 2 0x000300024556494c", "stranger 1"],
)
def test_a_right_machine_gets_its_file(
    faults: str, exchanged: Callable[[str, str], Outcome]
) -> None:
    outcome = exchanged("Side", faults)
    assert outcome.kind == "passed", outcome


@pytest.mark.parametrize("name", ["Deaf", "Rude", "Flood"])
def test_an_exchange_that_leads_nowhere_ends(
    name: str, exchanged: Callable[[str, str], Outcome]
) -> None:
    outcome = exchanged(name, "")
    assert (outcome.kind, outcome.got and outcome.got.en) == ("failed", "0 bytes")
    assert len(outcome.story) < 4 * MOST_PACKETS


def test_what_is_lost_is_told_as_lost(exchanged: Callable[[str, str], Outcome]) -> None:
    story = exchanged("Side", "lose 2; duplicate reply 2").story
    crossed = [(did.sender.en, did.data[:4], did.fate) for did in story if isinstance(did, Sent)]
    assert ("you", ack(1), "lost") in crossed
    assert [fate for _, packet, fate in crossed if packet == data(2)] == ["delivered", "duplicate"]
    assert crossed.count(("you", ack(1), "delivered")) >= 1


def test_a_stranger_who_writes_to_us_is_told_and_not_heard(
    exchanged: Callable[[str, str], Outcome],
) -> None:
    outcome = exchanged("Side", "stranger 2 0x0004ffff")
    assert outcome.kind == "passed", outcome
    crossed = [did for did in outcome.story if isinstance(did, Sent)]
    (forged,) = [did for did in crossed if did.fate == "forged"]
    assert (forged.sender.en, forged.receiver.en, forged.data) == ("stranger", "server", ack(65535))
    quiet = exchanged("Side", "").story
    assert [did for did in outcome.story if did != forged] == list(quiet)


def test_what_reorder_held_and_nothing_overtook_is_not_late(
    exchanged: Callable[[str, str], Outcome],
) -> None:
    def acks(faults: str) -> list[str]:
        story = exchanged("Side", faults).story
        return [did.fate for did in story if isinstance(did, Sent) and did.data == ack(1)]

    assert acks("reorder 2; lose 3")[:2] == ["lost", "delivered"]
    assert "late" in acks("reorder 2") and "late" not in acks("reorder 2; lose 3")


def test_every_packet_is_counted_once(exchanged: Callable[[str, str], Outcome]) -> None:
    outcome = exchanged("Doubles", "")
    sent = [did for did in outcome.story if isinstance(did, Sent) and did.data == ack(1)]
    assert (outcome.kind, len(sent)) == ("passed", 2)
