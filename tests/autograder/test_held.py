"""Addresses that a rule holds, ports that stay quiet, and Unix sockets of the learner's code."""

import errno
import os
import random
import socket
from collections.abc import Callable, Iterator

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Folder, Learner, Steps
from autograder.text.story import Kind
from netlib.ports import is_quiet

CELL = """
import os, socket
def bound(kind, host, port):
    with socket.socket(type=socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as sock:
        try:
            sock.bind((host, port))
        except OSError as error:
            return error.errno
    return 0
def echo(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        client, _ = listener.accept()
        with client:
            while data := client.recv(100):
                client.sendall(data)
def ends(path):
    return "at once"
def raises(path):
    raise ValueError("no echo")
def listens_not(path):
    with socket.socket(socket.AF_UNIX) as sock, socket.socket() as other:
        sock.bind(path)
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.accept()
"""

Body = Callable[[Learner, Steps], None]


def judged(body: Body) -> Outcome:
    rules = Rules()

    @rules.rule()
    def clause(learner: Learner, steps: Steps, rng: random.Random) -> None:
        """It is as the rule says.

        如规则所说。
        """
        body(learner, steps)

    exercise = Exercise("tst/x", 1, ("echo",), rules, streams=True)
    program = Program((LoadCell("cell", CELL, True),), fork)
    try:
        return run_rule(exercise, rules[0], program, random.Random(1))
    finally:
        program.close()


@pytest.fixture
def folder() -> Iterator[Folder]:
    made = Folder.temporary()
    yield made
    made.close()


# -- addresses that are held -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tcp", "udp"])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", ""])
def test_a_held_address_is_taken_until_it_is_closed(kind: str, host: str) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        port = steps.quiet_port(random.Random())
        sock = steps.hold(kind, host, port)
        assert learner.call("bound", kind, host, port) == errno.EADDRINUSE
        sock.close()
        assert learner.call("bound", kind, host, port) == 0

    assert judged(body).passed


def test_a_listener_is_connected_to_and_options_are_set_as_asked() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        listener = steps.hold("tcp", listen=True)
        with socket.create_connection(listener.getsockname()):
            pass
        plain, shared = steps.hold("tcp"), steps.hold("udp", reuse=True)
        option = socket.SOL_SOCKET, socket.SO_REUSEADDR
        assert [bool(each.getsockopt(*option)) for each in (plain, shared)] == [False, True]

    assert judged(body).passed


def test_all_is_given_back_with_the_rule() -> None:
    ports: list[int] = []

    def body(learner: Learner, steps: Steps) -> None:
        ports.append(steps.quiet_port(random.Random(4)))
        steps.hold("tcp", "127.0.0.1", ports[0], listen=True)
        ports.append(steps.quiet_port(random.Random(4)))

    assert judged(body).passed
    assert len(set(ports)) == 2  # while one is marked, nobody is given it
    assert all(map(is_quiet, ports))
    assert judged(body).passed
    assert ports[:2] == ports[2:]


def test_who_finds_the_address_taken_begins_again() -> None:
    taken, tries = socket.socket(), list[int]()

    def body(learner: Learner, steps: Steps) -> None:
        tries.append(1)
        if len(tries) == 1:  # the learner's process was forked before
            taken.bind(("127.0.0.1", 0))
        address = taken.getsockname() if len(tries) < 3 else ("127.0.0.1", 0)
        steps.hold("tcp", *address)

    with taken:
        assert judged(body).passed
    assert len(tries) == 3


def test_reports_call_a_quiet_port_by_its_name() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        port = steps.quiet_port(random.Random())
        learner.call("bound", "tcp", "127.0.0.1", port)
        steps.expect("it", got=1, want=2)

    story = [str(did) for did in judged(body).story]
    assert "bound('tcp', '127.0.0.1', port)" in story[0]


# -- Unix sockets ----------------------------------------------------------------------------------


def test_a_client_is_echoed_at_a_path_and_reads_the_end() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        folder = steps.folder()
        reply = learner.start("echo", f"{folder.path}/here")
        client = steps.unix(("client", "客户端"), folder, "here")
        for data in (b"one", bytes(range(256))):
            client.send(data)
            client.expect(data)
        client.finish()
        client.ends("the end")
        reply.returns(None)
        assert folder.names() == ["here"]

    assert judged(body).passed


@pytest.mark.parametrize(
    ("function", "got"),
    [
        ("ends", "there is none"),
        ("listens_not", "there is none"),
        ("raises", "ValueError: no echo"),
    ],
)
def test_where_nobody_listens_the_failure_says_so(function: str, got: str) -> None:
    def body(learner: Learner, steps: Steps) -> None:
        folder = steps.folder()
        learner.start(function, f"{folder.path}/here")
        steps.unix("client", folder, "here", within=0.3)

    outcome = judged(body)
    assert outcome.kind in (Kind.FAILED, Kind.LATE)
    assert outcome.got is not None
    assert outcome.got.en == got


def test_a_link_to_a_socket_elsewhere_is_not_followed(folder: Folder) -> None:
    with socket.socket(socket.AF_UNIX) as elsewhere:
        elsewhere.bind(f"{folder.path}/real")
        elsewhere.listen()
        folder.connected("real").close()
        folder.link("door", f"{folder.path}/real")
        with pytest.raises(OSError, match="Connection refused"):
            folder.connected("door")


@pytest.mark.parametrize("plant", ["nothing", "a file", "a folder", "a pipe"])
def test_only_a_socket_is_connected_to(folder: Folder, plant: str) -> None:
    if plant == "a file":
        folder.write({"here": b""})
    elif plant == "a folder":
        folder.make("here")
    elif plant == "a pipe":
        os.mkfifo(f"{folder.path}/here")
    with pytest.raises(OSError, match="Connection refused|No such file"):
        folder.connected("here")


# -- what lies in a folder -------------------------------------------------------------------------


def test_names_are_those_of_everything_in_order(folder: Folder) -> None:
    folder.write({"b": b"", "deep/a": b""})
    folder.link("c", "nowhere")
    os.mkfifo(f"{folder.path}/a")
    assert folder.names() == ["a", "b", "c", "deep"]
    assert folder.names() == ["a", "b", "c", "deep"]  # it is read from its beginning


def test_too_many_names_cost_the_rule() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        folder = steps.folder()
        for number in range(1001):
            os.mkfifo(f"{folder.path}/{number}")
        folder.names()

    outcome = judged(body)
    assert outcome.got is not None
    assert outcome.got.en == "more than that in the folder"
