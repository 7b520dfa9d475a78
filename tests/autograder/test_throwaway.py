"""Forks that answer, fail, hang, flood or die leave nothing behind but their answer."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox.throwaway import Fork, in_fork, in_new_process
from netlib.deadlines import stretched

LONG_S, SOON_S = stretched(30), stretched(5)

# The tests' own process may have threads; what these forks run does not care.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

Send = Callable[[bytes], Any]


def test_a_fork_answers_in_parts_of_any_size() -> None:
    def work(question: bytes, send: Send) -> None:
        for _ in range(3):
            send(question * 100_000)

    ended = in_fork(work, b"abc", LONG_S)
    assert (ended.code, ended.output, ended.said) == (0, b"abc" * 300_000, "")


def test_an_exception_is_a_code_and_last_words() -> None:
    def work(question: bytes, send: Send) -> None:
        send(b"half")
        raise RuntimeError("the other half is missing")

    ended = in_fork(work, b"", LONG_S)
    assert (ended.code, ended.output) == (70, b"half")
    assert ended.last_words() == "RuntimeError: the other half is missing"


def test_a_signal_is_named() -> None:
    ended = in_fork(lambda question, send: os.kill(os.getpid(), signal.SIGSEGV), b"", LONG_S)
    assert ended.code == -signal.SIGSEGV
    assert ended.last_words() == "it was ended by SIGSEGV"


def sleeps(question: bytes, send: Send) -> None:
    send(b"x")
    time.sleep(1000)


def closes_its_answer(question: bytes, send: Send) -> None:
    os.close(3)
    time.sleep(1000)


@pytest.mark.parametrize("work", [sleeps, closes_its_answer])
def test_a_fork_that_hangs_is_ended_in_time(work: Callable[[bytes, Send], None]) -> None:
    began = time.monotonic()
    ended = in_fork(work, b"", 0.2)
    assert ended.code is None
    assert 0.2 <= time.monotonic() - began < SOON_S


def test_a_flood_is_cut_off() -> None:
    def work(question: bytes, send: Send) -> None:
        while True:
            send(b"x" * 65536)

    ended = in_fork(work, b"", LONG_S, most=1 << 20)
    assert ended.code == -signal.SIGKILL
    assert len(ended.output) < 1 << 21


def test_what_a_fork_leaves_running_ends_with_it() -> None:
    def work(question: bytes, send: Send) -> None:
        if (child := os.fork()) == 0:
            os.close(3)
            time.sleep(1000)
        send(str(child).encode())

    child = int(in_fork(work, b"", LONG_S).output)
    deadline = time.monotonic() + SOON_S
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.01)  # whoever adopted it has to notice
    assert not is_running(child)


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_fork_has_nothing_open_but_its_streams() -> None:
    with open(os.devnull, "rb"):
        ended = in_fork(
            lambda question, send: send(
                repr(sorted(map(int, os.listdir("/proc/self/fd")))).encode()
            ),
            b"",
            LONG_S,
        )
    assert ended.output == b"[0, 1, 2, 3, 4]"  # 4 is the folder that is being listed


def test_a_fork_has_no_terminal_and_ignores_no_limit() -> None:
    def work(question: bytes, send: Send) -> None:
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_CPU)
        send(f"{os.getsid(0) == os.getpid()} {limit} {sys.stdin.read()!r}".encode())

    assert in_fork(work, b"", 30).output == b"True 31 ''"


def test_a_fork_ends_once_however_often_it_is_ended() -> None:
    fork = Fork(lambda question, send: time.sleep(1000))
    assert fork.end() == fork.end()
    assert fork.end().code == -signal.SIGKILL


def test_forks_die_with_who_forked_them() -> None:
    def work(question: bytes, send: Send) -> None:
        fork = Fork(sleeps)
        fork.read()
        send(str(fork._pid).encode())
        os.kill(os.getpid(), signal.SIGKILL)

    inner = int(in_fork(work, b"", LONG_S).output)
    deadline = time.monotonic() + SOON_S
    while is_running(inner) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(inner)


def test_a_new_process_answers_or_is_ended() -> None:
    assert in_new_process("base64", b"abc", LONG_S).output == b"YWJj\n"
    assert in_new_process("no_such_module", b"", LONG_S).code == 1
    assert in_new_process("http.server", b"", 0.5).code is None


def test_a_new_process_imports_nothing_from_where_somebody_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("base64", "getopt", "sitecustomize", "autograder"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "")  # as PYTHONPATH=$PYTHONPATH:... leaves it
    monkeypatch.setattr(sys, "path", ["", ".", *sys.path])  # as in `python -c`
    assert in_new_process("base64", b"abc", LONG_S).output == b"YWJj\n"
    assert in_new_process("autograder.judging.judge", b"", LONG_S).last_words().startswith("json")
    assert not (tmp_path / "ran").exists()
