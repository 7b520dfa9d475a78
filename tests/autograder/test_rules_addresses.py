"""What the rules of chapter 02 play a network on: hosts on loopback, heard with one ear."""

import errno
import random
import socket
from collections.abc import Callable
from typing import Any

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.rules.ch02.hosts import HOSTS, Everywhere, on_one_port

ASKS = """
import socket
def asked(addresses, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for address in addresses:
            sock.sendto(b"?", (address, port))
"""

Body = Callable[[Learner, Steps], None]


def outcome(body: Body) -> Outcome:
    """Let a rule do that."""
    rules = Rules()

    @rules.rule()
    def rule(learner: Learner, steps: Steps, rng: random.Random) -> None:
        """Clause.

        条款。
        """
        body(learner, steps)

    program = Program([LoadCell("1", ASKS, whole=True)], fork)
    try:
        exercise = Exercise("ch99/asked", 1, ("asked",), rules)
        return run_rule(exercise, rules[0], program, random.Random(1))
    finally:
        program.close()


def test_one_ear_hears_to_which_host_each_question_went() -> None:
    addresses = ["127.3.4.5", "127.3.4.6", "127.0.0.1", "127.3.4.5"]

    def body(learner: Learner, steps: Steps) -> None:
        ear = Everywhere(steps)
        reply = learner.start("asked", addresses, ear.port)
        assert ear.asked(reply) == addresses
        assert reply.ended
        assert ear.dropped() == 0

    assert outcome(body).passed


def test_what_the_kernel_dropped_is_tried_again() -> None:
    tries = []

    def body(learner: Learner, steps: Steps) -> None:
        tries.append(1)
        ear = Everywhere(steps)
        if len(tries) < 3:
            ear.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            with socket.socket(type=socket.SOCK_DGRAM) as crowd:
                for _ in range(100):
                    crowd.sendto(bytes(1000), ("127.0.0.1", ear.port))
            assert ear.dropped() > 0
        ear.asked(learner.start("asked", [], ear.port))

    assert outcome(body).passed
    assert len(tries) == 3


def test_talkers_on_several_addresses_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    own_socket, taken = Steps.own_socket, []

    def sometimes(self: Steps, host: str = "127.0.0.1", port: int = 0) -> Any:
        if port and not taken:  # as if another program had it there
            taken.append(port)
            raise OSError(errno.EADDRINUSE, "taken")
        return own_socket(self, host, port)

    def body(learner: Learner, steps: Steps) -> None:
        monkeypatch.setattr(Steps, "own_socket", sometimes)
        hosts = ["127.3.4.5", "127.3.4.6", "127.3.4.7"]
        talkers = on_one_port(steps, [(HOSTS, address) for address in hosts])
        assert [talker.address[0] for talker in talkers] == hosts
        (port,) = {talker.address[1] for talker in talkers}
        assert taken
        learner.start("asked", hosts[1:], port).returns(None)
        assert [len(talker.drain()) for talker in talkers] == [0, 1, 1]

    assert outcome(body).passed
