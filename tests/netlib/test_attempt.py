"""Functions that do harm: the attempt says what came of them, and nothing of them is left."""

import contextlib
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import netlib.attempt as attempt_module
from netlib import language
from netlib.attempt import Attempt, attempt
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.oldnotes.tftp import download
from netlib.serving import serving

DEADLINE_S = stretched(60)
SHORT_S = 0.2
ROOT = Path(__file__).resolve().parents[2]

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="daemons are only found where a process can adopt them: Linux"
)


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    """No test leaves a child of this process, living or dead."""
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def attempted(function: Callable[..., object], *args: Any, **kwargs: Any) -> Attempt:
    """Attempt what answers at once."""
    return attempt(function, *args, seconds=DEADLINE_S, **kwargs)


def gone(pid: int) -> bool:
    """Tell whether a process has ended; one that nobody has collected has."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()]


def note(path: Path, pid: int) -> None:
    with path.open("a") as file:
        file.write(f"{pid}\n")


# ---------------------------------------------------------------- what it returns


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        512,
        -1.5,
        2**70,
        "你好",
        b"\x00\xff",
        (1, "a", b"b"),
        [[], {}],
        {"a": {1, 2}},
        frozenset({3}),
        float("inf"),
    ],
)
def test_plain_data_comes_back_as_it_is(value: object) -> None:
    made = attempted(lambda: value)
    assert (made.outcome, made.value, type(made.value)) == ("returned", value, type(value))
    assert str(made) == f"returned {value!r}"
    assert repr(made) == f"<Attempt: {made}>"
    assert made._repr_mimebundle_() == {"text/plain": str(made)}


def test_what_came_of_it_is_said_in_the_readers_language() -> None:
    language.use("zh")
    assert str(attempted(lambda: 512)) == "返回 512"
    assert str(attempted(int, "x")).startswith("抛出 ValueError: ")
    assert str(attempted(os._exit, 3)) == "没有给出结果就结束了，退出码 3"
    assert str(attempted(signal.raise_signal, signal.SIGKILL)) == "被 SIGKILL 终止"
    late = attempt(threading.Event().wait, seconds=SHORT_S)
    assert str(late).startswith(f"{SHORT_S:g} s 之后仍在等待")


def test_arguments_are_handed_over() -> None:
    assert attempted(sorted, [2, 3, 1], reverse=True).value == [3, 2, 1]


def test_much_comes_back_whole_and_is_said_in_short() -> None:
    made = attempted(bytes, 33_555_044)
    assert made.value == bytes(33_555_044)
    assert str(made) == "returned 33,555,044 bytes"
    assert str(attempted(lambda: "你" * 1000)) == "returned 1,000 characters"


def test_what_is_too_much_to_hand_over_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netlib.attempt.processes.ANSWER", 1000)
    made = attempted(bytes, 1001)
    assert (made.outcome, made.value) == ("returned", None)
    assert str(made) == "returned 1,001 bytes, too much to hand over"


def test_what_is_no_plain_data_is_only_told() -> None:
    class Thing:
        def __repr__(self) -> str:
            return "<a thing\nof ours>"

    made = attempted(Thing)
    assert (made.outcome, made.value) == ("returned", None)
    assert str(made) == r"returned <a thing\nof ours>"
    assert attempted(lambda: [Thing()]).value is None
    assert attempted(lambda: lambda: 1).outcome == "returned"
    assert attempted(threading.Lock).value is None


def test_an_object_without_a_text_is_an_error_of_its_own() -> None:
    class Mute(Exception):
        def __repr__(self) -> str:
            raise ValueError("no text")

        __str__ = __repr__

    def raises() -> None:
        raise Mute

    assert str(attempted(Mute)) == "raised ValueError: no text"
    assert str(attempted(raises)) == "raised Mute"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TimeoutError("nobody answers"), "TimeoutError: nobody answers"),
        (ValueError(), "ValueError"),
        (SystemExit(2), "SystemExit: 2"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), None),
        (RuntimeError("two\nlines \x1b[31m"), r"RuntimeError: two\nlines \x1b[31m"),
        (ValueError("x" * 1000), "ValueError: " + "x" * 187 + "…"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_it_raises_is_told_and_not_raised(error: BaseException, text: str | None) -> None:
    def raises() -> None:
        raise error

    made = attempted(raises)
    text = text or f"ConnectionRefusedError: {error}"
    assert (made.outcome, made.error, str(made)) == ("raised", text, f"raised {text}")


# ---------------------------------------------------------------- a function that hangs


def receive(sock: socket.socket) -> None:
    data, peer = sock.recvfrom(1024)
    del data, peer


def test_a_wait_without_end_is_ended_and_its_line_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        made = attempt(receive, sock, seconds=SHORT_S)
    assert made.outcome == "hung"
    assert made.where == "data, peer = sock.recvfrom(1024)"
    assert str(made) == f"still waiting after {SHORT_S:g} s, at: {made.where}"


def test_the_line_is_the_callers_own_and_not_the_librarys() -> None:
    def main() -> None:
        with serving(lambda sock, stop: stop.wait()) as address:
            sock = socket.create_connection(address) if address is None else None
            assert sock is None
            threading.Event().wait()

    assert attempt(main, seconds=SHORT_S).where == "threading.Event().wait()"


def test_the_old_notes_are_the_callers_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        made = attempt(download, *mute.getsockname(), "a", str(tmp_path / "a"), seconds=SHORT_S)
    assert made.where == "packet, sender = sock.recvfrom(1024)"


def test_what_has_no_line_of_ours_hangs_all_the_same() -> None:
    made = attempt(time.sleep, 1000, seconds=SHORT_S)
    assert (made.outcome, made.where) == ("hung", "")
    assert str(made) == f"still waiting after {SHORT_S:g} s"


def test_a_loop_without_end_is_ended() -> None:
    def spin() -> None:
        while True:
            pass

    assert attempt(spin, seconds=SHORT_S).where in ("while True:", "pass")


def test_a_function_that_ignores_every_signal_is_ended() -> None:
    def stubborn() -> None:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            with contextlib.suppress(OSError):
                signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            time.sleep(1000)

    made = attempt(stubborn, seconds=SHORT_S)
    assert (made.outcome, made.where) == ("hung", "")


def test_a_function_that_catches_everything_is_ended() -> None:
    def deaf() -> None:
        while True:
            with contextlib.suppress(BaseException):
                time.sleep(1000)

    assert attempt(deaf, seconds=SHORT_S).outcome == "hung"


def test_a_function_that_waits_for_its_threads_is_ended() -> None:
    def joins() -> None:
        thread = threading.Thread(target=time.sleep, args=(1000,))
        thread.start()
        thread.join()

    assert attempt(joins, seconds=SHORT_S).where == "thread.join()"


def test_a_process_that_is_stopped_is_ended() -> None:
    made = attempt(lambda: os.kill(os.getpid(), signal.SIGSTOP), seconds=SHORT_S)
    assert made.outcome == "hung"


def test_it_takes_hardly_longer_than_its_deadline() -> None:
    began = time.monotonic()
    attempt(time.sleep, 1000, seconds=SHORT_S)
    assert SHORT_S <= time.monotonic() - began < SHORT_S + DEADLINE_S / 4


# ---------------------------------------------------------------- a function that dies


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (lambda: os._exit(3), "ended without an answer, with exit code 3"),
        (lambda: os._exit(0), "ended without an answer, with exit code 0"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "was ended by SIGKILL"),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), "was ended by SIGSEGV"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), "was ended by SIGTERM"),
        (os.abort, "was ended by SIGABRT"),
    ],
)
def test_a_sudden_end_is_told(function: Callable[[], None], sentence: str) -> None:
    made = attempted(function)
    assert (made.outcome, str(made)) == ("ended", sentence)


def test_one_that_closes_every_file_has_no_answer() -> None:
    assert attempted(lambda: os.closerange(0, 1000)).outcome == "ended"


def test_one_that_kills_who_watches_it_is_ended(tmp_path: Path) -> None:
    def parricide() -> None:
        note(tmp_path / "pids", os.getpid())
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1000)

    made = attempted(parricide)
    assert (made.outcome, str(made)) == ("ended", "was ended by SIGKILL")
    eventually(lambda: all(map(gone, pids(tmp_path / "pids"))))


def test_one_that_stops_who_watches_it_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stops() -> None:
        note(tmp_path / "pids", os.getpid())
        os.kill(os.getppid(), signal.SIGSTOP)
        time.sleep(1000)

    monkeypatch.setattr(attempt_module, "WATCHER_S", SHORT_S)
    assert attempt(stops, seconds=SHORT_S).outcome == "ended"
    eventually(lambda: all(map(gone, pids(tmp_path / "pids"))))


# ---------------------------------------------------------------- a function that leaves things


def test_what_it_prints_is_kept_and_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    def talks() -> None:
        print("你好")
        print("to stderr", file=sys.stderr)
        os.system("echo from a program")

    assert attempted(talks).printed == "你好\nto stderr\nfrom a program\n"
    assert capfd.readouterr() == ("", "")


def test_what_it_printed_before_it_hung_or_died_is_kept() -> None:
    def hangs() -> None:
        print("before", end="")
        time.sleep(1000)

    def dies() -> None:
        print("before", end="")
        os._exit(1)

    assert attempt(hangs, seconds=SHORT_S).printed == "before"
    assert attempted(dies).printed == "before"


def test_of_what_is_printed_without_end_the_beginning_is_kept() -> None:
    def floods() -> None:
        while True:
            print("x" * 999)

    made = attempt(floods, seconds=SHORT_S)
    assert made.outcome == "hung"
    assert made.printed == ("x" * 999 + "\n") * 20


def test_nobody_types_an_answer() -> None:
    assert attempted(input, "name? ").error.startswith("EOFError: ")
    assert attempted(lambda: sys.stdin.read()).value == ""


def test_what_was_waiting_to_be_printed_is_printed_once() -> None:
    code = (
        "import sys; from netlib.attempt import attempt\n"
        "sys.stdout.write('once ')\n"
        "made = attempt(lambda: sys.__stdout__.flush())\n"
        "print([made.printed])\n"
    )
    command, buffered = [sys.executable, "-c", code], {**os.environ, "PYTHONUNBUFFERED": ""}
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, env=buffered, check=True)
    assert done.stdout == b"once ['']\n"


@linux
def test_forks_and_daemons_are_gone(tmp_path: Path) -> None:
    def leaves() -> str:
        if os.fork() == 0:
            os.setsid()  # out of the group,
            if os.fork() == 0:  # and no child any more
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                note(tmp_path / "pids", os.getpid())
                time.sleep(1000)
            os._exit(0)
        os.wait()
        child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
        note(tmp_path / "pids", child.pid)
        while len(pids(tmp_path / "pids")) < 2:
            pass
        return "done"

    made = attempted(leaves)
    assert made.value == "done"
    assert list(map(gone, pids(tmp_path / "pids"))) == [True, True]


@linux
def test_one_that_forks_and_hangs_is_gone_with_its_forks(tmp_path: Path) -> None:
    def forks() -> None:
        for _ in range(5):
            if os.fork() == 0:
                os.setsid()
                note(tmp_path / "pids", os.getpid())
                time.sleep(1000)
        time.sleep(1000)

    # On a busy machine it may not have come further than its forks.
    assert attempt(forks, seconds=SHORT_S).where in ("time.sleep(1000)", "if os.fork() == 0:")
    assert all(map(gone, pids(tmp_path / "pids")))


def test_a_fork_that_returns_answers_for_nobody_else() -> None:
    def returns_twice() -> int:
        return os.fork()

    assert attempted(returns_twice).outcome == "returned"


@linux
def test_forks_that_fork_all_the_time_are_ended(tmp_path: Path) -> None:
    def breeds() -> None:
        """Twenty processes, each of which is replaced by a child of its own again and again."""
        for _ in range(20):
            if os.fork() == 0:
                os.setsid()
                while True:
                    if os.fork() > 0:
                        os._exit(0)
        time.sleep(1000)

    with open(tmp_path / "inherited", "w") as file:  # whoever has it is one of them
        assert attempt(breeds, seconds=SHORT_S).outcome == "hung"
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended, or is somebody else's
                if int(folder.name) != os.getpid():
                    held = [os.readlink(each) for each in (folder / "fd").iterdir()]
                    assert file.name not in held


def test_threads_files_and_memory_stay_there() -> None:
    kept: list[object] = []

    def leaks() -> None:
        kept.append(1)
        threading.Thread(target=time.sleep, args=(1000,)).start()
        kept.extend(socket.socket() for _ in range(10))
        os.environ["LEAKED"] = "1"
        os.chdir("/")

    assert attempted(leaks).outcome == "returned"
    assert kept == []
    assert "LEAKED" not in os.environ


def test_a_with_block_around_it_is_left_only_here() -> None:
    left: list[int] = []

    @contextlib.contextmanager
    def block() -> Iterator[None]:
        try:
            yield
        finally:
            left.append(os.getpid())

    with block():
        attempted(sys.exit)
        attempt(time.sleep, 1000, seconds=SHORT_S)
    assert left == [os.getpid()]


def test_a_server_beside_it_goes_on() -> None:
    def echo(sock: socket.socket, stop: threading.Event) -> None:
        sock.settimeout(0.05)
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                sock.sendto(*sock.recvfrom(100))

    def ask(address: tuple[str, int]) -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"hello", address)
            return sock.recv(100)

    with serving(echo) as address:
        assert attempted(ask, address).value == b"hello"
        assert attempt(time.sleep, 1000, seconds=SHORT_S).outcome == "hung"
        assert ask(address) == b"hello"


# ---------------------------------------------------------------- the notebook meanwhile


class _Interrupted(BaseException):
    pass


def test_an_interrupt_ends_it_with_all_that_it_started(tmp_path: Path) -> None:
    def hangs() -> None:
        child = subprocess.Popen(["sleep", "1000"], start_new_session=sys.platform == "linux")
        note(tmp_path / "pids", child.pid)
        note(tmp_path / "pids", os.getpid())
        os.kill(notebook, signal.SIGUSR1)  # "I hang now"
        time.sleep(1000)

    def interrupt(*_: object) -> None:
        raise _Interrupted

    notebook = os.getpid()
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with pytest.raises(_Interrupted):
            attempted(hangs)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert list(map(gone, pids(tmp_path / "pids"))) == [True, True]


def test_an_interrupt_of_the_whole_group_is_the_notebooks_alone() -> None:
    code = (
        "import os, subprocess, time; from netlib.attempt import attempt\n"
        "def hangs():\n"
        "    child = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        "    os.write(9, f'{os.getpid()} {os.getppid()} {child.pid}\\n'.encode())\n"
        "    time.sleep(1000)\n"
        "os.dup2(1, 9)\n"
        "try: attempt(hangs, seconds=1000)\n"
        "except KeyboardInterrupt: print('interrupted')\n"
        "print(attempt(lambda: 5))\n"
    )
    notebook = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    assert notebook.stdout is not None
    started = list(map(int, notebook.stdout.readline().split()))
    os.killpg(notebook.pid, signal.SIGINT)
    out, err = notebook.communicate(timeout=DEADLINE_S)
    assert (out, err) == (b"interrupted\nreturned 5\n", b"")
    assert list(map(gone, started)) == [True, True, sys.platform == "linux"]


def test_when_the_notebook_is_killed_nothing_is_left() -> None:
    code = (
        "import os, subprocess, sys, time; from netlib.attempt import attempt\n"
        "def hangs():\n"
        "    child = subprocess.Popen(['sleep', '1000'])\n"
        "    os.write(9, f'{os.getpid()} {os.getppid()} {child.pid}\\n'.encode())\n"
        "    time.sleep(1000)\n"
        "os.dup2(1, 9)\n"
        "attempt(hangs, seconds=1000)\n"
    )
    notebook = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert notebook.stdout is not None
    left = list(map(int, notebook.stdout.readline().split()))
    notebook.kill()
    notebook.communicate(timeout=DEADLINE_S)
    eventually(lambda: all(map(gone, left)))


def test_several_attempts_at_once_do_not_hear_each_other() -> None:
    made: dict[int, Attempt] = {}

    def one(number: int) -> None:
        made[number] = attempted(lambda: (print(number), number)[1])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: each.value for number, each in made.items()} == {n: n for n in range(12)}
    assert {number: each.printed for number, each in made.items()} == {
        n: f"{n}\n" for n in range(12)
    }


def test_an_attempt_within_an_attempt() -> None:
    made = attempted(lambda: str(attempt(time.sleep, 1000, seconds=SHORT_S)))
    assert made.value == f"still waiting after {SHORT_S:g} s"


# ---------------------------------------------------------------- what is no attempt


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_deadline_is_a_number_above_zero(seconds: float) -> None:
    complaint = f"attempt() expected seconds above 0; got {seconds}"
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        attempt(len, "", seconds=seconds)


def test_only_functions_are_attempted() -> None:
    with pytest.raises(TypeError, match=r"^attempt\(\) expected a function; got int$"):
        attempt(5)  # type: ignore[arg-type]


def test_where_nothing_forks_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(attempt_module.os, "fork")
    with pytest.raises(Unavailable, match="^expected a system that can fork; on Windows, open"):
        attempt(len, "")
