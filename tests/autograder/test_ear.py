"""A socket that the learner's code returns: the rule hears and sends with it."""

import random
import socket
from collections.abc import Callable

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Ear, Learner, Steps
from autograder.text.story import Happened

RIGHT = """
import socket
def opened(port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", port))
    return sock
"""

Body = Callable[[Steps, Ear], None]


def outcome(source: str, body: Body) -> Outcome:
    """Judge opened by what a rule does with what it returns."""
    rules = Rules()

    @rules.rule()
    def rule(learner: Learner, steps: Steps, rng: random.Random) -> None:
        """Clause.

        条款。
        """
        body(steps, Ear(steps, learner.start("opened", 0), "UDP-01"))

    exercise = Exercise("ch99/opened", 1, ("opened",), rules)
    program = Program([LoadCell("1", source, whole=True)], fork)
    try:
        return run_rule(exercise, rules[0], program, random.Random(1))
    finally:
        program.close()


def test_what_is_sent_to_it_is_heard_and_told() -> None:
    def body(steps: Steps, ear: Ear) -> None:
        anna = steps.udp("anna")
        for data in (b"hello", b""):
            anna.send(data, ear.sock.getsockname())
            ear.hears(data)
        ear.sends(b"back", anna.address)
        anna.expect(b"back")
        assert ear.bound == "127.0.0.1"

    came = outcome(RIGHT, body)
    assert came.passed
    told = [did.what.en for did in came.story if isinstance(did, Happened)]
    assert told == ["opened(0)", "returned a UDP socket", 'hears 5 bytes: "hello"', "hears 0 bytes"]


def test_silence_fails_and_so_does_something_else() -> None:
    came = outcome(RIGHT, lambda steps, ear: ear.hears(b"hello"))
    assert (came.got and came.got.en, came.misconception) == ("nothing", None)

    def other(steps: Steps, ear: Ear) -> None:
        steps.udp("anna").send(b"good day", ear.sock.getsockname())
        ear.hears(b"hello", {bytes: "UDP-05"})

    came = outcome(RIGHT, other)
    assert (came.got and came.got.en) == '8 bytes: "good day"'
    assert came.misconception == "UDP-05"


def test_a_refused_sendto_is_evidence() -> None:
    def body(steps: Steps, ear: Ear) -> None:
        ear.sends(b"hello", ("127.255.255.255", 9), {PermissionError: "UDP-02"})

    came = outcome(RIGHT, body)
    assert came.got == ("PermissionError: Permission denied",) * 2
    assert came.misconception == "UDP-02"


@pytest.mark.parametrize(
    ("returned", "shown"),
    [("None", "None"), ("sock.getsockname()", ""), ("socket.socket()", "")],
)
def test_anything_but_a_udp_socket_fails(returned: str, shown: str) -> None:
    source = RIGHT.replace("return sock", f"return {returned}")
    came = outcome(source, lambda steps, ear: pytest.fail("it is no socket of that kind"))
    assert not came.passed
    assert came.expected and came.expected.en == "the return value: a UDP socket"
    if shown:
        assert came.got and came.got.en == shown


def test_it_never_blocks() -> None:
    def body(steps: Steps, ear: Ear) -> None:
        with pytest.raises(BlockingIOError):
            ear.sock.recv(1)
        assert ear.sock.type == socket.SOCK_DGRAM

    assert outcome(RIGHT, body).passed
