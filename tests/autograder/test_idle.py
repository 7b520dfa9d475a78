"""Processor time that the learner's code uses, Unix pairs and crowds, in a real guest."""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.exercise import Exercise, Outcome, Rules
from autograder.guest.guest import _used
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.judging.run_rules import run_rule
from autograder.learner.program import Program
from autograder.network import Learner, Server, Steps
from autograder.text.story import Happened

CELL = """
import os, select, socket, subprocess, sys, threading, time
def waits(sock):
    while not select.select([sock], [], [], 0.1)[0]:
        pass
def polls(sock):
    while not select.select([sock], [], [], 0)[0]:
        pass
def ends_threads(sock):
    while not select.select([sock], [], [], 0)[0]:
        thread = threading.Thread(target=sum, args=(range(1000),))
        thread.start()
        thread.join()
def lets_others_poll(sock):
    pid = os.fork()
    if pid == 0:
        polls(sock)
        os._exit(0)
    sock.recv(1)
def hides_its_clock(sock):
    time.thread_time = time.process_time = lambda: 0.0
    time.clock_gettime = lambda _: 0.0
    polls(sock)
def numbers(keyboard, sock):
    data = os.read(keyboard.fileno(), 100)
    os.write(sock.fileno(), data.upper())
    sock.close()
def counts(listener, stop):
    listener.settimeout(0.05)
    clients = []
    while not stop.is_set():
        try:
            clients.append(listener.accept()[0])
        except TimeoutError:
            pass
    for client in clients:
        client.close()
    return len(clients)
"""

Body = Callable[[Learner, Steps], None]


def judged(body: Body) -> Outcome:
    rules = Rules()

    @rules.rule()
    def clause(learner: Learner, steps: Steps, rng: random.Random) -> None:
        """It waits without any work.

        等待时不占处理器。
        """
        body(learner, steps)

    exercise = Exercise("tst/x", 1, ("waits",), rules)
    program = Program((LoadCell("cell", CELL, True),), fork)
    try:
        return run_rule(exercise, rules[0], program, random.Random(1))
    finally:
        program.close()


def idles(name: str) -> Outcome:
    def body(learner: Learner, steps: Steps) -> None:
        lent, anna = steps.tcp.connection(("anna", "安娜"))
        reply = learner.start(name, lent)
        reply.idles(0.3, "CON-04")
        anna.send(b"x")
        reply.result()

    return judged(body)


def test_who_waits_uses_none() -> None:
    assert idles("waits").passed


@pytest.mark.parametrize("name", ["polls", "ends_threads", "lets_others_poll", "hides_its_clock"])
def test_who_polls_is_seen_wherever_it_does_so(name: str) -> None:
    outcome = idles(name)
    assert outcome.got is not None
    assert outcome.got.en == "more than 0.02 s in 0.3 s"
    assert outcome.misconception in (None, "CON-04")


def test_the_time_of_what_has_ended_is_kept() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        lent, anna = steps.tcp.connection(("anna", "安娜"))
        reply = learner.start("ends_threads", lent)
        seen = [0.0]
        for _ in range(20):
            reply.wait(0.01)
            seen.append(reply.cpu_s())
        assert seen == sorted(seen)
        assert seen[-1] > 0
        anna.send(b"x")
        reply.result()

    assert judged(body).passed


def test_a_thread_that_has_ended_meanwhile_is_no_error() -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    clock = time.pthread_getcpuclockid(thread.ident or 0)
    assert _used(clock) > 0
    go.set()
    thread.join()
    while Path(f"/proc/self/task/{thread.native_id}").exists():
        pass  # Python has let go of it a moment before the kernel does
    assert _used(clock) == 0
    assert _used(None, -1.0) == -1


def test_a_call_that_has_ended_rests_as_often_as_it_is_asked() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        lent, anna = steps.tcp.connection(("anna", "安娜"))
        learner.start("waits", lent).rests()
        reply = learner.start("polls", lent)  # in a thread that ends with it
        reply.rests()
        reply.rests()
        anna.send(b"x")
        assert reply.wait(5)
        for _ in range(3):
            reply.idles(0.05)
        reply.returns(None)

    outcome = judged(body)
    assert outcome.passed, outcome


def test_a_pair_has_numbers_and_names_and_no_address() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        keyboard, types = steps.pair(("keyboard", "键盘"), "keyboard")
        lent, peer = steps.pair(("peer", "对端"))
        types.send(b"hello")
        reply = learner.start("numbers", keyboard, lent)
        reply.returns(None)
        peer.expect(b"HELLO")
        peer.ends(("the end", "结束"))
        reply.left_open(keyboard)
        told = [each.what.en for each in steps.story if isinstance(each, Happened)]
        assert "numbers(keyboard, sock)" in told

    outcome = judged(body)
    assert outcome.passed, outcome


def test_a_crowd_is_connected_and_told_in_one_row() -> None:
    def body(learner: Learner, steps: Steps) -> None:
        server = Server(learner, steps, "counts", steps.tcp.own_listener(backlog=256))
        rows = len(steps.story)
        clients = steps.tcp.crowd(150, server.address)
        assert len(clients) == 150
        assert all(client.gettimeout() is None for client in clients)
        assert len(steps.story) == rows + 1
        server.stops(150)

    outcome = judged(body)
    assert outcome.passed, outcome


def test_a_crowd_that_nobody_takes_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.network.tcp.WIRE_S", 0.2)

    def body(learner: Learner, steps: Steps) -> None:
        steps.tcp.crowd(5, steps.tcp.own_listener(backlog=1).address)

    outcome = judged(body)
    assert outcome.got is not None
    assert outcome.got.en == "2"
