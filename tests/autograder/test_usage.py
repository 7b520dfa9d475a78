"""What a sandbox uses is counted: threads, files, and bytes that belong to no process."""

import contextlib
import inspect
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.judging import judge
from autograder.proc import tree
from autograder.sandbox import socket_memory, usage
from autograder.sandbox.descriptor_memory import (
    FILE_BYTES,
    PIPE_BYTES,
    WATCH_BYTES,
    descriptor_bytes,
)
from autograder.sandbox.throwaway import in_fork
from autograder.sandbox.usage import Watch, tree_bytes, tree_tasks
from netlib.deadlines import stretched

DEADLINE_S = stretched(60)


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a process of its own, both of which wait."""
    inner = "import os; os.fork() or os.write(1, b'.'); os.read(0, 1)"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", inner], **pipes) as process:  # type: ignore[call-overload]  # two pipes
        process.stdout.read(1)
        yield process
        process.stdin.close()


def exceeded(root: int, scratch: int | None = None) -> bool:
    """Tell whether a watch on a tree calls before another one that always does."""
    called = threading.Event()
    watching = Watch(root, called.set, scratch)
    ended = called.wait(usage.PERIOD_S * 4)
    watching.close()
    return ended


def test_threads_of_the_whole_tree_are_counted(
    child: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tree_tasks(list(tree(child.pid))) == 2
    assert not exceeded(child.pid)
    monkeypatch.setattr(usage, "MOST_TASKS", 1)
    assert exceeded(child.pid)


def test_memory_of_the_whole_tree_is_counted(
    child: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    both = tree_bytes(list(tree(child.pid)))
    assert tree_bytes([child.pid]) < both < 200 << 20
    monkeypatch.setattr(usage, "MOST_BYTES", both // 4)  # less than their shares
    assert exceeded(child.pid)


def test_files_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.path.ismount("/dev/shm"):
        pytest.skip("a folder in memory is needed: /dev/shm is none")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        scratch = os.open(folder, os.O_RDONLY)
        monkeypatch.setattr(usage, "MOST_FILES", usage._files(scratch) + 20)
        assert not exceeded(os.getpid(), scratch)
        for number in range(30):
            os.mkdir(f"{folder}/{number}")
        assert exceeded(os.getpid(), scratch)
        os.close(scratch)


def test_sessions_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel shares the CPU by session, each is a share more (sched(7))."""
    three = "import os\nfor _ in range(2):\n    if os.fork(): break\n    os.setsid()\n"
    waits = [sys.executable, "-c", three + "os.write(1, b'.'); os.read(0, 1)"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(waits, start_new_session=True, **pipes) as process:  # type: ignore[call-overload]  # two pipes
        for _ in range(3):
            process.stdout.read(1)
        monkeypatch.setattr(usage, "MOST_SESSIONS", 2)
        assert exceeded(process.pid)
        monkeypatch.setattr(usage, "MOST_SESSIONS", 3)
        assert not exceeded(process.pid)
        process.communicate(b"...")


def test_a_process_that_has_ended_uses_nothing() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait(DEADLINE_S)
    assert list(tree(process.pid)) == [process.pid]
    assert tree_tasks([process.pid]) == tree_bytes([process.pid]) == 0


def test_a_long_chain_of_processes_is_counted() -> None:
    """Each is the child of the one before it; Python could not recurse so far."""
    chain = "import os\nfor _ in range(150):\n    if os.fork(): os.read(0, 1); os._exit(0)\n"
    forks = [sys.executable, "-c", chain + "os.write(1, b'.'); os.read(0, 1)"]
    with subprocess.Popen(forks, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.read(1)
        most = sys.getrecursionlimit()
        sys.setrecursionlimit(len(inspect.stack()) + 120)
        try:
            assert tree_tasks(list(tree(process.pid))) == 151
        finally:
            sys.setrecursionlimit(most)
        process.stdin.close()


def test_who_cannot_be_watched_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> int:
        raise OSError("too many open files")

    called = threading.Event()
    watching = Watch(os.getpid(), called.set)
    monkeypatch.setattr(usage, "buffered_bytes", fails)
    assert called.wait(DEADLINE_S)
    watching.close()
    with pytest.raises(OSError, match="too many open files"):
        Watch(os.getpid(), called.set)


def alone(work: Callable[[], None]) -> None:
    """Run a test in a network where nobody else sends."""

    def there(question: bytes, send: Callable[[bytes], object]) -> None:
        judge._own_namespaces()
        work()

    ended = in_fork(there, b"", DEADLINE_S)
    assert ended.code == 0, ended.said


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
@pytest.mark.parametrize("closed", [False, True])
def test_what_lies_in_unix_sockets_is_counted(kind: int, closed: bool) -> None:
    def work() -> None:
        assert socket_memory.unix_bytes() == 0
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        for _ in range(5):
            ours.send(bytes(20_000))
        if closed:
            ours.close()
        assert socket_memory.unix_bytes() >= 100_000
        theirs.close()
        ours.close()
        assert socket_memory.unix_bytes() == 0

    alone(work)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_lies_in_internet_sockets_is_counted(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ":" in host and not os.path.exists("/proc/net/tcp6"):
        pytest.skip("this machine has no IPv6")
    monkeypatch.setattr(socket_memory, "_SUSPECT_BYTES", -1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET

    def work() -> None:
        inbox = socket.socket(family, socket.SOCK_DGRAM)
        inbox.bind((host, 0))
        inbox.sendto(bytes(20_000), inbox.getsockname())
        listener = socket.create_server((host, 0), family=family)
        ours = socket.create_connection(listener.getsockname()[:2])
        theirs, _ = listener.accept()
        ours.sendall(bytes(30_000))
        assert socket_memory.buffered_bytes() >= 50_000
        theirs.recv(30_000, socket.MSG_WAITALL)
        inbox.recv(20_000)
        assert socket_memory.buffered_bytes() < 20_000

    alone(work)


def test_few_sockets_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_memory, "_SUSPECT_SOCKETS", 1 << 30)
    monkeypatch.setattr(socket_memory, "_SUSPECT_BYTES", 1 << 60)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.send(bytes(5000))
        of_sockets = socket_memory.buffered_bytes()
        assert of_sockets % socket_memory.SOCKET_BYTES == 0
        monkeypatch.setattr(socket_memory, "_SUSPECT_SOCKETS", -1)
        assert socket_memory.buffered_bytes() >= of_sockets + 5000


WATCHES = """
import os, select
epolls = [select.epoll() for _ in range(4)]
seen, _ = os.pipe()  # one pipe is enough: a watch is of a file and of a number
numbers = [os.dup(seen) for _ in range(100)]
for epoll in epolls:
    for number in numbers:
        epoll.register(number)
os.write(1, b".")
os.read(0, 1)
"""


def test_what_the_kernel_holds_behind_descriptors_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    idle = "import os; os.write(1, b'.'); os.read(0, 1)"
    with starting(idle) as few, starting(WATCHES) as many:
        usual = descriptor_bytes([few], 1 << 40)
        difference = descriptor_bytes([many], 1 << 40) - usual
        most = 400 * WATCH_BYTES + PIPE_BYTES + 110 * FILE_BYTES
        assert 400 * WATCH_BYTES + PIPE_BYTES < difference <= most
        assert not exceeded(many)
        monkeypatch.setattr(usage, "tree_bytes", lambda pids: 0)
        monkeypatch.setattr(usage, "buffered_bytes", int)
        monkeypatch.setattr(usage, "MOST_BYTES", usual + 400 * WATCH_BYTES)
        assert not exceeded(few)
        assert exceeded(many)


@contextlib.contextmanager
def starting(program: str) -> Iterator[int]:
    """Give the pid of a process that has run a program to its first point."""
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as process:
        process.stdout.read(1)
        yield process.pid
        process.stdin.close()
