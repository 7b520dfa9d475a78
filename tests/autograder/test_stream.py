"""TCP connections between rules and learners' code: how the stream is cut, and what is told."""

import random
from collections.abc import Callable, Iterator

import pytest

from autograder.clock import CLOCK
from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.report.text import outcome_text
from autograder.text.story import Failed, Happened, Sent
from autograder.text.wording import Text
from netlib.deadlines import stretched

READS = """
import socket, time
def reads(sock):
    came = []
    while True:
        data = sock.recv(65536)
        came.append(data)
        if not data:
            sock.close()
            return came
"""
ECHO = """
import socket
def echo(listener, stop):
    listener.settimeout(0.05)
    count = 0
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        count += 1
        with client:
            client.settimeout(None)
            try:
                while data := client.recv(4096):
                    client.sendall(data)
            except OSError:
                pass
    return count
"""
DIAL = """
import socket
def dial(host, port):
    with socket.create_connection((host, port)) as sock:
        sock.sendall(b"hello\\n")
        return sock.recv(100)
"""
SENDS = """
import socket
def sends(sock, data):
    counts = []
    while data:
        counts.append(sock.send(data))
        data = data[counts[-1]:]
    return counts
"""
Body = Callable[[Learner, Steps], None]
Judged = Callable[..., Outcome]


@pytest.fixture
def judged() -> Iterator[Judged]:
    """Return a function that runs one rule on one cell."""
    made: list[Program] = []

    def judge(source: str, name: str, body: Body, faults: str = "") -> Outcome:
        rules = Rules()

        @rules.rule(misconception="UDP-04", faults=faults)
        def whole(learner: Learner, steps: Steps, rng: random.Random) -> None:
            """It holds.

            成立。
            """
            body(learner, steps)

        made.append(Program([LoadCell("cell 1", source, True)], fork))
        return run_rule(exercise(rules, name), rules[0], made[-1], random.Random(1))

    yield judge
    for cells in made:
        cells.close()


def exercise(rules: Rules, name: str) -> Exercise:
    return Exercise("tst/x", 1, (name,), rules, streams=True)


@pytest.mark.parametrize(
    ("faults", "pieces"),
    [
        ("", [b"hello world", b""]),
        ("split 5", [b"hello", b" world", b""]),
        ("split 5,6", [b"hello", b" ", b"world", b""]),
        ("split every 4", [b"hell", b"o wo", b"rld", b""]),
        ("delay 5 20ms; split 5", [b"hello", b" world", b""]),
        ("half-close 5", [b"hello", b""]),
        ("split reply 3", [b"hello world", b""]),  # the other direction
    ],
)
def test_what_we_send_is_read_in_the_pieces_of_the_schedule(
    judged: Judged, faults: str, pieces: list[bytes]
) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        reply = learner.start("reads", sock)
        peer.send(b"hello world")
        peer.finish()
        steps.expect("pieces", got=reply.result(), want=pieces)
        assert peer.read_all() == b""
        reply.closed_its_sockets()

    outcome = judged(READS, "reads", body, faults)
    assert outcome.kind == "passed", outcome


def test_one_byte_at_a_time_is_a_read_each_also_for_who_is_slow(judged: Judged) -> None:
    slow = READS.replace("        data =", "        time.sleep(0.001); data =")
    payload = random.Random(3).randbytes(60)

    def body(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        reply = learner.start("reads", sock)
        peer.send(payload)
        peer.finish()
        steps.expect("pieces", got=len(reply.result()), want=61)

    assert judged(slow, "reads", body, "split every 1").kind == "passed"


@pytest.mark.parametrize(("faults", "pieces"), [("reset 2", [b"he"]), ("reset 0", [])])
def test_a_reset_is_met_as_one(judged: Judged, faults: str, pieces: list[bytes]) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        reply = learner.start("reads", sock)
        peer.send(b"hello")
        reply.raises(ConnectionResetError)

    found = judged(READS, "reads", body, faults)
    assert found.kind == "passed", found
    crossed = [did.data for did in found.story if isinstance(did, Sent)]
    assert crossed == pieces


def test_a_server_is_met_by_clients_one_of_which_resets(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        listener, stop = steps.tcp.own_listener(), steps.event()
        reply = learner.start("echo", listener, stop)
        anna = steps.tcp.connect("anna", listener.address)
        anna.send(b"one\ntwo\n")
        assert anna.read_line() == b"one\n"
        assert anna.read(4) == b"two\n"
        anna.reset()
        ben = steps.tcp.connect("ben", listener.address)
        ben.send(b"three")
        ben.finish()
        steps.expect("the answer", got=ben.read_all(), want=b"three")
        stop.set()
        steps.expect("clients", got=reply.result(), want=2)

    outcome = judged(ECHO, "echo", body)
    assert outcome.kind == "passed", outcome


def test_megabytes_cross_both_ways_at_once(judged: Judged) -> None:
    payload = random.Random(3).randbytes(3_000_000)

    def body(learner: Learner, steps: Steps) -> None:
        listener, stop = steps.tcp.own_listener(), steps.event()
        learner.start("echo", listener, stop)
        anna = steps.tcp.connect("anna", listener.address)
        anna.send(payload)
        anna.finish()
        assert anna.read_all() == payload

    assert judged(ECHO, "echo", body).kind == "passed"


def test_a_client_connects_to_our_listener(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        listener = steps.tcp.listener("server")
        reply = learner.start("dial", *listener.address)
        server = listener.accept()
        assert server.read_line() == b"hello\n"
        server.send(b"welcome")
        steps.expect("the answer", got=reply.result(), want=b"we")

    outcome = judged(DIAL, "dial", body, "split reply 2")
    assert outcome.kind == "passed", outcome


def test_sends_are_short_where_nobody_reads_and_the_buffer_is_small(judged: Judged) -> None:
    payload = bytes(1 << 20)

    def body(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer", timeout=5, buffer=16384)
        reply = learner.start("sends", sock, payload)
        assert peer.read(len(payload), within=stretched(20)) == payload
        counts = reply.result()
        steps.expect("all of it", got=sum(counts), want=len(payload))
        assert len(counts) > 1

    outcome = judged(SENDS, "sends", body)
    assert outcome.kind == "passed", outcome


@pytest.mark.parametrize(
    ("source", "got"),
    [
        ("def reads(sock): sock.close()", "the end (FIN)"),
        ("def reads(sock): sock.sendall(b'ab'); sock.close()", '2 bytes: "ab", then the end'),
        ("import time\ndef reads(sock): sock.sendall(b'ab'); time.sleep(9)", "nothing more within"),
        ("def reads(sock): raise KeyError(1)", "KeyError: 1"),
        (
            "import socket, struct\ndef reads(sock):\n"
            "    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n"
            "    sock.close()",
            "reset (RST)",
        ),
    ],
)
def test_what_does_not_come_is_told(judged: Judged, source: str, got: str) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        learner.start("reads", sock)
        peer.read(5, ("five bytes", "五个字节"), within=0.3)

    outcome = judged(source, "reads", body)
    assert outcome.kind in ("failed", "late"), outcome
    assert got in str(outcome.got and outcome.got.en)
    told = outcome_text(outcome, exercise(Rules([outcome.rule]), "reads"), "zh")
    assert "五个字节" in told or "KeyError" in got


def test_whether_somebody_waits_at_our_listener_is_seen_without_accepting(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        listener = steps.tcp.listener("server")
        assert not listener.somebody_waits()
        reply = learner.start("dial", *listener.address)
        reply.rests()
        assert listener.somebody_waits()
        server = listener.accept()
        assert not listener.somebody_waits()
        assert server.read_line() == b"hello\n"
        server.send(b"we")
        reply.result()

    outcome = judged(DIAL, "dial", body)
    assert outcome.kind == "passed", outcome


@pytest.mark.parametrize(
    ("source", "got"),
    [
        ("def dial(host, port): return 3", "none within"),
        ("def dial(host, port): raise KeyError(1)", "KeyError: 1"),
    ],
)
def test_who_does_not_connect_fails(judged: Judged, source: str, got: str) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        listener = steps.tcp.listener("server")
        learner.start("dial", *listener.address)
        listener.accept(within=0.3)

    outcome = judged(source, "dial", body)
    assert got in str(outcome.got and outcome.got.en), outcome


def test_who_does_not_listen_any_more_fails(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        listener, stop = steps.tcp.own_listener(), steps.event()
        learner.call("echo", listener, stop)
        steps.tcp.connect("anna", listener.address)

    outcome = judged("def echo(listener, stop): listener.close()", "echo", body)
    assert (outcome.kind, outcome.got and outcome.got.en[:22]) == (
        "failed",
        "ConnectionRefusedError",
    )


def test_faults_of_datagrams_are_refused_where_there_are_none(judged: Judged) -> None:
    with pytest.raises(ValueError, match="tst/x"):
        judged(READS, "reads", lambda learner, steps: None, "lose 1")


ANSWERS = """
def answers(sock):
    for piece in (b"ab", b"c", b"de"):
        sock.sendall(piece)
        sock.recv(1)
    sock.sendall(b"xyz")
"""


def test_what_is_read_as_one_is_one_row(judged: Judged) -> None:
    def asks(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        learner.start("answers", sock)
        with peer.as_one():
            for size in (2, 1, 2):
                peer.read(size)
                peer.send(b".")
        peer.read(3)
        raise Failed(Text.of("all"), Text.of("nothing"))

    told = [(did.sender.en, did.data) for did in judged(ANSWERS, "answers", asks).story[1:]]
    assert told == [("peer", b".")] * 3 + [("you", b"abcde"), ("you", b"xyz")]


def test_what_came_too_much_is_told_with_what_is_read_next(judged: Judged) -> None:
    def asks(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        learner.start("sends", sock, b"abcdef").result()
        with peer.as_one():
            peer.read(2)
        with peer.as_one():
            peer.read(4)
        raise Failed(Text.of("all"), Text.of("nothing"))

    story = judged(SENDS, "sends", asks).story
    assert [did.data for did in story if isinstance(did, Sent)] == [b"ab", b"cdef"]


def test_a_stream_that_is_read_in_one_row_says_what_it_lacks(judged: Judged) -> None:
    def reads(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        learner.start("sends", sock, b"abc")
        peer.read_on(5)
        peer.expect_whole(b"abcde", ("the message", "消息"), bytes(peer.received))

    outcome = judged(SENDS, "sends", reads)
    told = [each.what.en for each in outcome.story if isinstance(each, Happened)]
    assert told == ['sends(sock, 3 B: "abc")', "reads all that comes", "returned [3]"]
    assert (outcome.expected, outcome.got) == (
        Text("the message: 5 bytes", "消息：5 个字节"),
        Text("less than that", "比这少"),
    )


def test_a_flood_ends_the_rule_and_not_the_judge(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        sock, peer = steps.tcp.connection("peer")
        learner.start("reads", sock)
        peer.read_all(within=stretched(30))

    source = "def reads(sock):\n    while True: sock.sendall(bytes(1 << 20))"
    outcome = judged(source, "reads", body)
    assert (outcome.kind, outcome.got and outcome.got.en) == ("failed", "more than 32 MiB")


def test_a_call_that_ends_while_we_wait_for_its_rest_leaves_nothing_behind(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        for _ in range(20):
            reply = learner.start("quick")
            reply.rests()
            steps.listen(CLOCK.after(0.02))
            reply.result()

    outcome = judged("def quick(): return 1", "quick", body)
    assert outcome.kind == "passed", outcome


def test_a_closed_socket_is_returned_as_what_it_is(judged: Judged) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        got = learner.call("made")
        steps.expect("kind", got=repr(got), want="<socket object>")

    source = "import socket\ndef made():\n    with socket.socket() as sock:\n        return sock"
    outcome = judged(source, "made", body)
    assert outcome.kind == "passed", outcome
