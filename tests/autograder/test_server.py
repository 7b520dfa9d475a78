"""Servers of learners': a right one passes whatever is asked of it, a wrong one fails for that.

Each server here is a cell, in a guest that is a fork; the other end is ours.
"""

import random
from collections.abc import Callable, Iterator

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Server, Steps
from autograder.text.story import Happened, Sent
from autograder.text.wording import Text

ANNA = ("anna", "安娜")
COUNT = ("the number of answers", "响应的个数")
SHORT_S = 0.3  # instead of STOP_S and CALL_S, where a server is wrong

# Both answer what they get until stop is set, and count; a client is served to its end.
UDP = """
import socket
def serve(sock, stop):
    sock.settimeout(0.03)
    count = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(100)
        except TimeoutError:
            continue
        sock.sendto(data.upper(), client)
        count += 1
    return count
"""
TCP = """
import socket
def serve(sock, stop):
    sock.settimeout(0.03)
    count = 0
    while not stop.is_set():
        try:
            client, _ = sock.accept()
        except TimeoutError:
            continue
        with client:
            client.settimeout(5)
            while data := client.recv(100):
                client.sendall(data.upper())
        count += 1
    return count
"""
KINDS = {"udp": UDP, "tcp": TCP}

Body = Callable[[Server], None]
Judged = Callable[..., Outcome]

each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def judged() -> Iterator[Judged]:
    """Return a function that starts a server of a kind, and lets a body ask something of it."""
    made: list[Program] = []

    def judge(kind: str, body: Body, source: str = "") -> Outcome:
        rules = Rules()

        @rules.rule()
        def asks(learner: Learner, steps: Steps, rng: random.Random) -> None:
            """It serves.

            它提供服务。
            """
            sock = steps.own_socket() if kind == "udp" else steps.tcp.own_listener()
            body(Server(learner, steps, "serve", sock))

        exercise = Exercise("tst/x", 1, ("serve",), rules, streams=kind == "tcp")
        made.append(Program([LoadCell("cell 1", source or KINDS[kind], True)], fork))
        return run_rule(exercise, rules[0], made[-1], random.Random(1))

    yield judge
    for program in made:
        program.close()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for what will not come."""
    for name in ("STOP_S", "CALL_S"):
        monkeypatch.setattr(f"autograder.network.server.{name}", SHORT_S)


def changed(kind: str, old: str, new: str) -> str:
    """Return the right server with one thing done otherwise."""
    assert old in KINDS[kind]
    return KINDS[kind].replace(old, new)


def ask(server: Server, kind: str, data: bytes = b"a") -> None:
    """Be one client: ask, and expect the answer, in capitals."""
    if kind == "udp":
        client = server.steps.udp(ANNA)
        client.send(data, server.address)
        client.expect(data.upper(), ("the answer", "响应"), server.blamed("UDP-05"))
    else:
        stream = server.connect(ANNA)
        stream.send(data)
        stream.expect(data.upper(), ("the answer", "响应"), server.blamed("STR-11"))
        stream.finish()
        stream.ends(("the end", "结束"), "STR-09")


def found(outcome: Outcome) -> tuple[str, str, str, str | None]:
    """Return how it failed: what was due, what came, and what is cited, or believed; in English."""
    assert outcome.expected is not None and outcome.got is not None, outcome
    cited = outcome.misconception or outcome.believed
    return outcome.kind, outcome.expected.en, outcome.got.en, cited


def told(outcome: Outcome) -> list[str]:
    return [did.what.en for did in outcome.story if isinstance(did, Happened)]


# -- how it begins ---------------------------------------------------------------------------


@each_kind
def test_its_call_is_told_and_stays_told_whatever_begins_anew(judged: Judged, kind: str) -> None:
    def body(server: Server) -> None:
        ask(server, kind)
        server.steps.anew()
        server.stops(1)

    outcome = judged(kind, body)
    assert outcome.kind == "passed", outcome
    assert told(outcome) == [
        "serve(sock, stop)",
        "a round like this before",
        "stop.set()",
        "returned 1",
    ]


def test_a_server_may_have_arguments_and_a_name_in_the_story(judged: Judged) -> None:
    def body(server: Server) -> None:
        again = server.steps.own_socket()
        other = Server(Learner(server.steps), server.steps, "serve", again, 7, said="serve again")
        other.stops(7)

    source = "def serve(sock, *rest):\n    rest[-1].wait()\n    return rest[0]"
    outcome = judged("udp", body, source)
    assert outcome.kind == "passed", outcome
    assert told(outcome) == ["serve(sock, stop)", "serve again", "stop.set()", "returned 7"]


# -- stops -----------------------------------------------------------------------------------


@each_kind
def test_a_right_server_stops_with_its_count(judged: Judged, kind: str) -> None:
    def body(server: Server) -> None:
        for _ in range(2):
            ask(server, kind)
        server.stops(2, COUNT)

    outcome = judged(kind, body)
    assert outcome.kind == "passed", outcome
    assert told(outcome)[-2:] == ["stop.set()", "returned 2"]


@each_kind
@pytest.mark.usefixtures("soon")
def test_a_server_that_does_not_look_at_stop_fails_by_that(judged: Judged, kind: str) -> None:
    outcome = judged(
        kind, lambda server: server.stops(), changed(kind, "while not stop.is_set()", "while True")
    )
    kind_, expected, got, cited = found(outcome)
    assert (kind_, expected, cited) == ("late", "a return", "UDP-16")
    assert got == "still waiting after 0.3 s"
    assert told(outcome)[-2:] == ["stop.set()", "still waiting"]


def test_what_a_server_that_goes_on_shows_is_the_rules_to_say(judged: Judged, soon: None) -> None:
    source = changed("udp", "while not stop.is_set()", "while True")
    outcome = judged("udp", lambda server: server.stops(because="STR-07"), source)
    assert found(outcome)[-1] == "STR-07"


@each_kind
def test_a_server_that_miscounts_fails_by_its_count(judged: Judged, kind: str) -> None:
    def body(server: Server) -> None:
        ask(server, kind)
        server.stops(1, COUNT, miscounted={int: "UDP-07"})

    outcome = judged(kind, body, changed(kind, "return count", "return count + 1"))
    assert found(outcome) == ("failed", "the number of answers: 1", "2", "UDP-07")
    outcome = judged(kind, body, changed(kind, "return count", "return str(count)"))
    assert found(outcome) == ("failed", "the number of answers: 1", "'1'", None)


@each_kind
def test_a_server_whose_count_nobody_asked_for_may_return_anything(
    judged: Judged, kind: str
) -> None:
    source = changed(kind, "return count", "return None")
    assert judged(kind, lambda server: server.stops(), source).kind == "passed"


@each_kind
def test_a_server_that_closes_what_it_was_given_fails_by_that(judged: Judged, kind: str) -> None:
    source = changed(kind, "return count", "sock.close()\n    return count")
    outcome = judged(kind, lambda server: server.stops(0, COUNT), source)
    assert found(outcome) == (
        "failed",
        "the socket that it was given: still open",
        "closed",
        "STR-43",
    )


@each_kind
def test_a_server_that_takes_silence_for_an_error_fails_by_it(judged: Judged, kind: str) -> None:
    def body(server: Server) -> None:
        server.reply.wait(1.0)
        server.stops(0, COUNT)

    outcome = judged(kind, body, changed(kind, "            continue", "            raise"))
    _, expected, got, cited = found(outcome)
    assert (expected, got, cited) == ("a return", "TimeoutError: timed out", "UDP-22")


# -- lives, silence --------------------------------------------------------------------------


@each_kind
def test_a_right_server_lives_through_silence(judged: Judged, kind: str) -> None:
    def body(server: Server) -> None:
        server.lives("UDP-12")
        server.silence(0.1)
        ask(server, kind)
        server.lives("UDP-12")
        server.stops(1, COUNT)

    outcome = judged(kind, body)
    assert outcome.kind == "passed", outcome
    assert told(outcome)[:2] == ["serve(sock, stop)", "0.1 s of silence"]


@each_kind
def test_a_server_that_raises_has_fallen_by_that(judged: Judged, kind: str) -> None:
    source = "def serve(sock, stop): raise KeyError(1)"
    outcome = judged(kind, lambda server: server.lives({KeyError: "UDP-12"}), source)
    assert found(outcome) == ("failed", "a return", "KeyError: 1", "UDP-12")
    assert told(outcome) == ["serve(sock, stop)", "raised KeyError"]


@each_kind
def test_a_server_that_returns_unasked_fails_by_that(judged: Judged, kind: str) -> None:
    source = "def serve(sock, stop): return 3"
    outcome = judged(kind, lambda server: server.lives("UDP-12"), source)
    assert found(outcome) == (
        "failed",
        "the server: still serving, as stop is not set",
        "returned 3",
        "UDP-12",
    )
    assert outcome.expected == Text(
        "the server: still serving, as stop is not set", "服务器：stop 还没有设置，应当继续服务"
    )
    assert told(outcome) == ["serve(sock, stop)", "returned 3"]


@each_kind
@pytest.mark.parametrize(("ends", "got"), [("raise", "TimeoutError"), ("break", "returned 0")])
def test_a_server_that_tires_of_silence_fails_by_it(
    judged: Judged, kind: str, ends: str, got: str
) -> None:
    source = changed(kind, "            continue", f"            {ends}")
    outcome = judged(kind, lambda server: server.silence(2.0), source)
    _, _, came, cited = found(outcome)
    assert came.startswith(got)
    assert cited == "UDP-22"
    assert told(outcome)[:2] == ["serve(sock, stop)", "2 s of silence"]


def test_where_the_ends_of_a_fallen_servers_sockets_stand_is_not_told(judged: Judged) -> None:
    def body(server: Server) -> None:
        anna = server.connect(ANNA)
        anna.send(b"a")
        anna.waits_for_end(5)
        server.reply.wait(5)
        server.lives("STR-29")

    source = changed("tcp", "client.sendall(data.upper())", "raise KeyError(1)")
    outcome = judged("tcp", body, source)
    assert found(outcome) == ("failed", "a return", "KeyError: 1", None)
    assert told(outcome) == ["serve(sock, stop)", "raised KeyError"]


# -- blamed ----------------------------------------------------------------------------------


@each_kind
def test_where_no_answer_comes_a_fallen_server_says_more_than_the_wire(
    judged: Judged, kind: str
) -> None:
    send = {"udp": "sock.sendto(data.upper(), client)", "tcp": "client.sendall(data.upper())"}
    source = changed(kind, send[kind], "return 5")
    outcome = judged(kind, lambda server: ask(server, kind), source)
    assert found(outcome)[1:3] == (
        "the server: still serving, as stop is not set",
        "returned 5",
    )
    source = changed(kind, send[kind], "raise KeyError(1)")
    assert found(judged(kind, lambda server: ask(server, kind), source))[2] == "KeyError: 1"


@each_kind
def test_where_another_answer_comes_the_answer_is_told(judged: Judged, kind: str) -> None:
    source = changed(kind, "data.upper()", "data")
    outcome = judged(kind, lambda server: ask(server, kind), source)
    cited = {"udp": "UDP-05", "tcp": "STR-11"}[kind]
    assert found(outcome) == ("failed", 'the answer: 1 byte: "A"', '1 byte: "a"', cited)


# -- stops despite ---------------------------------------------------------------------------


def visits(server: Server) -> Callable[[], None]:
    """Return a function that connects, asks and leaves, untold."""

    def visit() -> None:
        with server.steps.untold():
            stream = server.connect(ANNA)
            stream.send(b"a")
            stream.finish()

    return visit


def disturbs(server: Server, kind: str) -> Callable[[], None]:
    if kind == "tcp":
        return visits(server)
    return server.steps.udp(ANNA).chatter(b"?", server.address)


@each_kind
def test_a_right_server_stops_though_somebody_goes_on(judged: Judged, kind: str) -> None:
    outcome = judged(kind, lambda server: server.stops_despite(disturbs(server, kind)))
    assert outcome.kind == "passed", outcome
    assert "stop.set()" in told(outcome)
    assert told(outcome)[-1].startswith("returned ")


@each_kind
@pytest.mark.usefixtures("soon")
def test_a_server_that_looks_at_stop_only_in_silence_fails_by_that(
    judged: Judged, kind: str
) -> None:
    source = changed(kind, "while not stop.is_set()", "while True").replace(
        "            continue", "            if stop.is_set(): break\n            continue"
    )
    source = source.replace("0.03", "0.25")  # no pause of a busy machine's is so long
    outcome = judged(kind, lambda server: server.stops_despite(disturbs(server, kind)), source)
    assert found(outcome) == (
        "late",
        "a return: soon after stop.set()",
        "still serving after 0.3 s",
        "UDP-16",
    )
    assert outcome.got == Text("still serving after 0.3 s", "0.3 s 后还在服务")
    assert told(outcome)[-1] == "still serving"


def test_what_a_neighbour_says_again_and_again_is_told_once(judged: Judged, soon: None) -> None:
    source = changed("udp", "while not stop.is_set()", "while True")
    outcome = judged("udp", lambda server: server.stops_despite(disturbs(server, "udp")), source)
    asked = [did for did in outcome.story if isinstance(did, Sent) and did.data == b"?"]
    assert len(asked) == 1
    assert told(outcome) == [
        "serve(sock, stop)",
        "again every 20 ms",
        "stop.set()",
        "still serving",
    ]


# -- connections -----------------------------------------------------------------------------

LINGERS = "client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))"


@pytest.mark.parametrize(
    ("leaves", "row"), [("break", "FIN"), (f"import struct; {LINGERS}; break", "RST")]
)
def test_a_right_server_hangs_up_by_fin_or_rst(judged: Judged, leaves: str, row: str) -> None:
    def body(server: Server) -> None:
        anna = server.connect(ANNA)
        anna.send(b"a")
        server.hangs_up(anna, "STR-09")
        server.stops(1, COUNT)

    outcome = judged("tcp", body, changed("tcp", "client.sendall(data.upper())", leaves))
    assert outcome.kind == "passed", outcome
    assert told(outcome) == ["serve(sock, stop)", row, "stop.set()", "returned 1"]


@pytest.mark.usefixtures("soon")
def test_a_server_that_keeps_a_connection_fails_by_that(judged: Judged) -> None:
    outcome = judged("tcp", lambda server: server.hangs_up(server.connect(ANNA), "STR-09"))
    assert found(outcome) == ("late", "the connection: ended", "still open", "STR-09")
    assert outcome.expected == Text("the connection: ended", "连接：已经结束")
    assert outcome.story[-1] == Happened(Text(*ANNA), Text("still connected", "连接还在"))


def test_who_has_closed_its_listener_is_told_by_who_connects(judged: Judged) -> None:
    def body(server: Server) -> None:
        server.reply.wait(5)
        server.connect(ANNA)

    outcome = judged("tcp", body, "def serve(sock, stop): sock.close()")
    kind, expected, got, cited = found(outcome)
    assert (kind, expected) == ("failed", "a connection to the listener: made")
    assert got.startswith("ConnectionRefusedError: ")
    assert cited == "STR-43"
    assert told(outcome)[-1] == "cannot connect"
