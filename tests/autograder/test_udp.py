"""Rules on bad networks: what a schedule does, how it shrinks, and that it can be replayed."""

import random
import time
from collections.abc import Callable, Iterator

import pytest

from autograder.clock import CLOCK
from autograder.exercise import Exercise, Outcome, Rule, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run, run_rule
from autograder.judging.shrinking import shrunk
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.report.text import outcome_text, picture, report_text
from autograder.text.story import YOU, Happened, Kind, Sent
from autograder.text.wording import Text
from netlib.schedule import Schedule

# A client that sends three datagrams and returns what comes back until a word says "end".
CLIENT = """
import socket
def talk(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        for word in (b"a", b"b", b"c"):
            sock.sendto(word, address)
        came = []
        while not came or came[-1] != b"end":
            came.append(sock.recv(100))
        return came[:-1]
"""
SERVER = """
import socket
def serve(sock, count):
    for _ in range(count):
        data, client = sock.recvfrom(100)
        sock.sendto(data.upper(), client)
"""


@pytest.fixture
def cells() -> Iterator[Callable[[str], Program]]:
    made: list[Program] = []

    def make(source: str) -> Program:
        made.append(Program([LoadCell("cell 1", source, True)], fork))
        return made[-1]

    yield make
    for one in made:
        one.close()


Body = Callable[[Learner, Steps, random.Random], None]


def made(name: str, body: Body, faults: str | tuple[str, ...] = "") -> tuple[Exercise, Rule]:
    body.__doc__ = "It holds.\n\n成立。"
    rules = Rules()
    rules.rule(misconception="UDP-04", faults=faults)(body)
    return Exercise("tst/x", 1, (name,), rules), rules[0]


def fates(outcome: Outcome) -> list[tuple[bytes, str]]:
    """Return what crossed, and what became of it."""
    return [(did.data, did.fate) for did in outcome.story if isinstance(did, Sent)]


# -- what a schedule does --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "arrived", "told"),
    [
        ("", b"abc", "delivered delivered delivered"),
        ("lose 2", b"ac", "lost delivered delivered"),
        ("lose 1,2,3", b"", "lost lost lost"),
        ("duplicate 1", b"aabc", "delivered duplicate delivered delivered"),
        ("reorder 1", b"bac", "delivered late delivered"),
        ("reorder 1; lose 2", b"ac", "delivered lost delivered"),  # nothing has overtaken it
        ("delay 1 30ms", b"bca", "delivered delivered late"),
        ("truncate 1 0B", b"bc", "truncated delivered delivered"),
        ("corrupt 1", b"\x9ebc", "corrupted delivered delivered"),
        ("lose every 2", b"ac", "lost delivered delivered"),
        ("lose reply 1", b"abc", "delivered delivered delivered"),  # the other direction
    ],
)
def test_what_the_learner_sends_crosses_the_network(
    cells: Callable[[str], Program], faults: str, arrived: bytes, told: str
) -> None:
    count = len(told.split()) - told.count("lost")

    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        reply = learner.start("talk", peer.address)
        reply.rests()  # it has sent all three
        came = [peer.receive() for _ in range(count)]
        assert b"".join(datagram.data for datagram in came) == arrived
        raise_unless(peer.drain() == [])

    found, only = made("talk", body, faults)
    outcome = run_rule(found, only, cells(CLIENT), random.Random(1))
    assert outcome.kind == "passed", outcome
    assert sorted(fate for _, fate in fates(outcome)) == sorted(told.split())
    assert str(outcome.faults) == faults


def raise_unless(true: bool) -> None:
    assert true


def test_a_stranger_who_writes_to_us_is_told_and_not_heard(
    cells: Callable[[str], Program],
) -> None:
    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        reply = learner.start("talk", peer.address)
        reply.rests()
        assert [peer.receive().data for _ in range(3)] == [b"a", b"b", b"c"]
        raise_unless(peer.drain() == [])

    found, only = made("talk", body, "stranger 2 0x00ff")
    outcome = run_rule(found, only, cells(CLIENT), random.Random(1))
    assert outcome.kind == "passed", outcome
    (forged,) = [did for did in outcome.story if isinstance(did, Sent) and did.fate == "forged"]
    assert (forged.sender.en, forged.receiver.en, forged.data) == ("stranger", "peer", b"\0\xff")
    assert sorted(fate for _, fate in fates(outcome)) == ["delivered"] * 3 + ["forged"]


@pytest.mark.parametrize(
    ("faults", "came"),
    [
        ("", [b"x", b"y"]),
        ("lose reply 1", [b"y"]),
        ("duplicate reply 2", [b"x", b"y", b"y"]),
        ("reorder reply 1", [b"y", b"x"]),
        ("truncate reply 1 0B", [b"", b"y"]),
        ("stranger reply 2", [b"x", b"stranger", b"y"]),
        ("stranger reply 1 0x00ff", [b"\0\xff", b"x", b"y"]),
        ("lose 7", [b"x", b"y"]),
    ],
)
def test_what_the_learner_gets_has_crossed_it_too(
    cells: Callable[[str], Program], faults: str, came: list[bytes]
) -> None:
    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        reply = learner.start("talk", peer.address)
        asked = peer.receive()
        for data in (b"x", b"y", b"end"):
            peer.send(data, asked.source)
        steps.expect("what came", got=reply.result(), want=came)
        assert [data for data in peer.delivered if data != b"end"] == [
            data for data in came if data not in (b"stranger", b"\0\xff")
        ]

    found, only = made("talk", body, faults)
    outcome = run_rule(found, only, cells(CLIENT), random.Random(1))
    assert outcome.kind == "passed", outcome


def test_a_delay_ends_while_a_call_is_waited_for(cells: Callable[[str], Program]) -> None:
    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        reply = learner.start("talk", peer.address)
        asked = peer.receive()
        for data in (b"x", b"end"):
            peer.send(data, asked.source)
        steps.expect("what came", got=reply.result(), want=[])

    found, only = made("talk", body, "delay reply 1 300ms; delay reply 2 60ms")
    began = time.monotonic()
    outcome = run_rule(found, only, cells(CLIENT), random.Random(1))
    assert outcome.kind == "passed", outcome  # "end" came first, and the other one never
    assert time.monotonic() - began >= 0.06


def test_a_server_is_the_one_that_answers(cells: Callable[[str], Program]) -> None:
    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        sock, anna = steps.own_socket(), steps.udp("anna")
        reply = learner.start("serve", sock, 2)
        anna.send(b"a", sock.address)
        anna.send(b"b", sock.address)
        assert anna.delivered == [b"b", b"b"]  # of three, one was lost
        steps.expect("the answer", got=anna.receive().data, want=b"B")
        reply.result()

    found, only = made("serve", body, "lose 1; duplicate 2; lose reply 1")
    outcome = run_rule(found, only, cells(SERVER), random.Random(1))
    assert outcome.kind == "passed", outcome
    assert fates(outcome) == [
        (b"a", "lost"),
        (b"b", "delivered"),
        (b"b", "duplicate"),
        (b"B", "lost"),
        (b"B", "delivered"),
    ]


# -- the smallest network --------------------------------------------------------------------

GULLIBLE = """
import socket
def talk(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(5)
        sock.sendto(b"a", address)
        return sock.recv(100)
"""


def answered(learner: Learner, steps: Steps, rng: random.Random) -> None:
    """It returns the answer.

    返回响应。
    """
    peer = steps.udp("peer")
    reply = learner.start("talk", peer.address)
    asked = peer.receive()
    peer.send(b"right", asked.source)
    steps.expect("the answer", got=reply.result(), want=b"right")


def gullible(faults: str) -> Exercise:
    rules = Rules()
    rules.rule(misconception="UDP-05", faults=faults)(answered)
    return Exercise("tst/x", 1, ("talk",), rules)


@pytest.mark.parametrize(
    ("faults", "smallest"),
    [
        ("duplicate reply 1; stranger reply 1; corrupt 2; delay 1 20ms", "stranger reply 1"),
        ("stranger reply every 1 0x0102030405", "stranger reply 1"),
        ("truncate reply 1 3B; duplicate 1,2", "truncate reply 1 0B"),
    ],
)
def test_a_report_shows_the_smallest_network(
    cells: Callable[[str], Program], faults: str, smallest: str
) -> None:
    found = gullible(faults)
    report = run(found, cells(GULLIBLE), lambda rule: random.Random(1), shrink=True)
    assert str(report.outcomes[0].faults) == smallest
    text = report_text(report)
    assert f"\n  Smallest network that shows it: {smallest}\n" in text
    assert f'\n  See it again: replay("tst/x/answered", "{smallest}")' in text
    assert f"\n  能重现问题的最小网络：{smallest}\n" in report_text(report, "zh")


def test_where_a_quiet_network_shows_it_none_is_named(cells: Callable[[str], Program]) -> None:
    found = gullible("duplicate reply 1; stranger reply 2")
    wrong = GULLIBLE.replace("return sock.recv(100)", "return sock.recv(2)")
    report = run(found, cells(wrong), lambda rule: random.Random(1), shrink=True)
    assert str(report.outcomes[0].faults) == ""
    assert "etwork" not in report_text(report)


def test_a_graded_run_does_not_shrink(cells: Callable[[str], Program]) -> None:
    found = gullible("duplicate reply 1; stranger reply 1")
    report = run(found, cells(GULLIBLE), lambda rule: random.Random(1))
    assert str(report.outcomes[0].faults) == "duplicate reply 1; stranger reply 1"


def test_what_passes_is_run_once(cells: Callable[[str], Program]) -> None:
    runs = []

    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        runs.append(steps.faults)

    found, _ = made("talk", body, "lose 1")
    assert run(found, cells(GULLIBLE), lambda rule: random.Random(1), shrink=True).passed
    assert [str(faults) for faults in runs] == ["lose 1"]


def test_shrinking_ends_at_its_deadline_and_keeps_what_it_has() -> None:
    tried: list[str] = []
    found = gullible("lose 1,2,3,4")
    failed = Outcome(found.rules[0], Kind.FAILED, "UDP-05", faults=Schedule.parse("lose 1,2,3,4"))

    def again(schedule: Schedule) -> Outcome:
        tried.append(str(schedule))
        return Outcome(found.rules[0], Kind.FAILED, "UDP-05", faults=schedule)

    assert shrunk(failed, again, CLOCK.now() - 1) is failed
    assert not tried
    assert str(shrunk(failed, again, CLOCK.now() + 60).faults) == ""


def test_shrinking_cuts_no_earlier_packet() -> None:
    """Whose request is cut cannot answer, whatever he has understood."""
    found = gullible("truncate 2 3B")
    failed = Outcome(found.rules[0], Kind.FAILED, "UDP-05", faults=Schedule.parse("truncate 2 3B"))

    def again(schedule: Schedule) -> Outcome:
        kind = Kind.FAILED if schedule.faults else Kind.PASSED
        return Outcome(found.rules[0], kind, "UDP-05", faults=schedule)

    assert str(shrunk(failed, again, CLOCK.now() + 60).faults) == "truncate 2 0B"


def test_another_misconception_is_another_failure() -> None:
    found = gullible("lose 1,2")
    failed = Outcome(found.rules[0], Kind.FAILED, "UDP-05", faults=Schedule.parse("lose 1,2"))

    def again(schedule: Schedule) -> Outcome:
        return Outcome(found.rules[0], Kind.FAILED, "UDP-04", faults=schedule)

    assert shrunk(failed, again, CLOCK.now() + 60) is failed


def test_a_delay_is_not_made_shorter() -> None:
    found = gullible("delay 2 50ms")
    failed = Outcome(found.rules[0], Kind.LATE, "UDP-05", faults=Schedule.parse("delay 2 50ms"))

    def again(schedule: Schedule) -> Outcome:
        kind = Kind.FAILED if any(fault.number for fault in schedule.faults) else Kind.PASSED
        return Outcome(found.rules[0], kind, "UDP-05", faults=schedule)

    assert str(shrunk(failed, again, CLOCK.now() + 60).faults) == "delay 1 50ms"


# -- again -----------------------------------------------------------------------------------


def test_a_printed_schedule_tells_the_same_story_every_time(
    cells: Callable[[str], Program],
) -> None:
    known = cells(GULLIBLE)
    found = gullible("duplicate reply 1; stranger reply 1; lose 2")
    stories = {
        outcome_text(run_rule(found, found.rules[0], known, random.Random(1), schedule), found)
        for schedule in [Schedule.parse("stranger reply 1")] * 20
    }
    assert len(stories) == 1


def test_the_picture_of_a_failure_has_its_mark_and_its_words(
    cells: Callable[[str], Program],
) -> None:
    found = gullible("stranger reply 1")
    outcome = run_rule(found, found.rules[0], cells(GULLIBLE), random.Random(1))
    shown = picture(outcome, "zh")
    assert shown is not None
    assert shown.svg().startswith("<svg")
    assert "问题在这里" in str(shown)
    assert "陌生人" in shown.alternative()
    silent = Outcome(found.rules[0], Kind.FAILED, story=(Happened(YOU, Text("f()", "f()")),))
    assert picture(silent) is None


# -- each in turn, and parties with several ports -------------------------------------------------


def test_each_schedule_is_run_until_one_fails(cells: Callable[[str], Program]) -> None:
    drawn = []

    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        drawn.append((str(steps.faults), rng.random()))
        peer = steps.udp("peer")
        reply = learner.start("talk", peer.address)
        reply.rests()
        for datagram in (arrived := peer.drain()):
            peer.send(b"end", datagram.source)
        reply.result()
        steps.expect("arrived", got=len(arrived), want=3)

    found, chosen = made("talk", body, ("", "reorder 1", "lose 3", "lose 2"))
    outcome = run_rule(found, chosen, cells(CLIENT), random.Random(5))
    assert (outcome.kind, str(outcome.faults)) == ("failed", "lose 3")
    assert [faults for faults, _ in drawn] == ["", "reorder 1", "lose 3"]
    assert len({value for _, value in drawn}) == 1  # the same draw in every run
    again = run_rule(found, chosen, cells(CLIENT), random.Random(5), Schedule.parse("lose 2"))
    assert str(again.faults) == "lose 2"
    assert drawn[-1] == ("lose 2", drawn[0][1])


def test_the_ports_of_a_party_share_one_network_and_one_name(
    cells: Callable[[str], Program],
) -> None:
    heard = []

    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        other = peer.port()
        reply = learner.start("talk", peer.address)
        client = peer.receive().source
        peer.send(b"one", client)
        peer.send(b"two", client, source=other)  # lost: the second of this network
        peer.send(b"three", client, source=other)
        peer.send(b"end", client)
        steps.expect("came", got=reply.result(), want=[b"one", b"three"])
        heard.extend([*peer.drain(), other, peer.address, steps.naming.who(other)])

    found, chosen = made("talk", body, "lose reply 2")
    outcome = run_rule(found, chosen, cells(CLIENT), random.Random(5))
    assert outcome.kind == "passed", outcome
    assert heard[0].at == heard[-2]
    assert heard[-3] != heard[-2] and heard[-1] == Text("peer", "peer")


def test_a_second_port_hears_and_tells_where(cells: Callable[[str], Program]) -> None:
    at = []

    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        other = peer.port()
        reply = learner.start("talk", other)
        at.append((peer.receive().at, other))
        peer.send(b"end", peer.receive().source, source=other)
        reply.result()

    found, chosen = made("talk", body)
    assert run_rule(found, chosen, cells(CLIENT), random.Random(5)).kind == "passed"
    assert at[0][0] == at[0][1]


def test_what_waits_in_vain_is_told_as_lost(cells: Callable[[str], Program]) -> None:
    def body(learner: Learner, steps: Steps, rng: random.Random) -> None:
        peer = steps.udp("peer")
        learner.start("talk", peer.address)
        for _ in range(3):
            peer.receive(within=0.2)

    found, chosen = made("talk", body, "reorder 3")
    outcome = run_rule(found, chosen, cells(CLIENT), random.Random(5))
    assert outcome.kind == "late"
    assert fates(outcome) == [(b"a", "delivered"), (b"b", "delivered"), (b"c", "lost")]
