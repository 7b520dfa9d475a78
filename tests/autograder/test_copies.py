"""Copies of a process that has a learner's cells loaded: each is what loading would give."""

import contextlib
import os
import select
import threading
from collections.abc import Callable, Iterator

import pytest

from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.learner.copies import Original
from autograder.learner.process import Process
from autograder.learner.program import Program
from autograder.text.observed import Gone

COUNTS = "count = 0\ndef f():\n    global count\n    count += 1\n    return count\n"
PID = "import os\ndef f(): return os.getpid()\ndef parent(): return os.getppid()\n"


SETS = """import fcntl
def f():
    before = [fcntl.fcntl(stream, 11) for stream in (0, 2)]
    for stream in (0, 2):
        fcntl.fcntl(stream, fcntl.F_SETSIG, 40)
    return before
"""


class Starts:
    """A way to start processes that counts them."""

    def __init__(self) -> None:
        self.made: list[Original] = []

    def __call__(self) -> Original:
        self.made.append(fork())
        return self.made[-1]


@pytest.fixture
def starts() -> Iterator[Starts]:
    starts = Starts()
    yield starts
    for original in starts.made:
        original.kill()


@pytest.fixture
def cells(starts: Starts) -> Iterator[Callable[[str], Program]]:
    """Program of one text; at the end of the test no process and no descriptor is left."""
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    made: list[Program] = []

    def make(source: str) -> Program:
        made.append(Program([LoadCell("cell 1", source, True)], starts))
        return made[-1]

    yield make
    for one in made:
        one.close()
    for original in starts.made:
        original.kill()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


@contextlib.contextmanager
def life(pid: int) -> Iterator[Callable[[], bool]]:
    """Tell whether a process lives: one that has ended may keep its number for a moment."""
    watched = os.pidfd_open(pid)
    poller = select.poll()
    poller.register(watched, select.POLLIN)
    yield lambda: not poller.poll(0)
    os.close(watched)


def used(cells: Program, *names: str) -> list[object]:
    """Return what each of some runs gets, which has a process of its own."""
    values = []
    for name in names:
        process: Process = cells.process(("f",))
        values.append(process.call(name))
        process.kill()
    return values


def test_no_run_sees_what_another_did(cells: Callable[[str], Program], starts: Starts) -> None:
    assert used(cells(COUNTS), "f", "f", "f") == [1, 1, 1]
    assert len(starts.made) == 1  # loaded once


def test_no_run_sees_what_another_set_on_its_streams(cells: Callable[[str], Program]) -> None:
    assert used(cells(SETS), "f", "f") == [[0, 0], [0, 0]]


def test_other_names_are_looked_for_anew(cells: Callable[[str], Program], starts: Starts) -> None:
    known = cells("def g(): return 7")
    first = known.process(("f",))
    assert first.missing == ("f",)
    first.kill()
    second = known.process(("g",))
    assert (second.missing, second.call("g")) == ((), 7)
    second.kill()
    assert len(starts.made) == 2


@pytest.mark.parametrize(
    "goes_on",
    [
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n",
        "import socket\nkept = socket.socket()\n",
        "kept = open(__import__('os').devnull)\n",
        "import subprocess\nkept = subprocess.Popen(['sleep', '60'])\n",
    ],
    ids=["thread", "socket", "file", "child"],
)
def test_what_cannot_be_copied_is_loaded_for_every_run(
    cells: Callable[[str], Program], starts: Starts, goes_on: str
) -> None:
    assert used(cells(goes_on + COUNTS), "f", "f") == [1, 1]
    assert len(starts.made) == 2


def test_what_a_run_started_ends_with_it(cells: Callable[[str], Program]) -> None:
    known = cells(
        "import os, time\n"
        "def f():\n"
        "    told, tell = os.pipe()\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0:\n"
        "            os.write(tell, str(os.getpid()).encode())\n"
        "            time.sleep(60)\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "    return int(os.read(told, 20))\n"
    )
    process = known.process(("f",))
    with life(process.call("f")) as lives:
        assert lives()
        process.kill()
        assert not lives()


def test_a_copy_waits_for_its_own_children(cells: Callable[[str], Program]) -> None:
    source = "import subprocess\ndef f(): return subprocess.run(['false']).returncode\n"
    assert used(cells(source), "f", "f") == [1, 1]


def test_an_original_that_is_ended_is_loaded_again(
    cells: Callable[[str], Program], starts: Starts
) -> None:
    known = cells("import os, signal\ndef f(): os.kill(os.getppid(), signal.SIGKILL); return 1")
    for _ in range(3):
        process = known.process(("f",))
        assert process.call("f") == 1
        process.kill()
    assert len(starts.made) == 3


@pytest.mark.parametrize("harm", ["os._exit(0)", "os.kill(os.getppid(), 9)"])
def test_cells_that_let_no_copy_live_are_loaded_for_every_run(
    cells: Callable[[str], Program], starts: Starts, harm: str
) -> None:
    known = cells(f"import os\nos.register_at_fork(after_in_child=lambda: {harm})\n{COUNTS}")
    assert used(known, "f", "f") == [1, 1]
    assert 2 <= len(starts.made) <= 3  # the first was in vain


def test_a_copy_ends_with_its_original() -> None:
    original = fork()
    original.load((LoadCell("cell 1", PID, True),), ("f",))
    copy = original.copy()
    assert copy.call("parent") != os.getpid()
    with life(copy.call("f")) as lives:
        assert lives()
        original.kill()
        assert not lives()
    with pytest.raises(Gone):
        copy.call("f")
    copy.kill()


def test_what_loading_printed_is_told_with_every_run(cells: Callable[[str], Program]) -> None:
    known = cells("print('loaded')\ndef f(x): print(x); return 1")
    for word in ("one", "two"):
        process = known.process(("f",))
        process.call("f", word)
        assert process.printed() == f"loaded\n{word}\n"
        process.kill()
        assert process.printed() == f"loaded\n{word}\n"


def test_sockets_of_a_copy_are_seen(cells: Callable[[str], Program]) -> None:
    known = cells("import socket\nkept = []\ndef f(): kept.append(socket.socket())")
    for _ in range(2):
        process = known.process(("f",))
        assert process.sockets_kept() == 0
        process.call("f")
        assert process.sockets_kept() == 1
        process.kill()
