"""A clone of the course in a folder of its own, and a Jupyter server in it.

Nothing of the user's own settings is read, and nothing is left outside the test's folder.
"""

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"
DEADLINE_S = stretched(600)

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Course:
    """A clone of the course, and a home for whoever works in it."""

    root: Path
    scratch: Path

    def environment(self, who: str) -> dict[str, str]:
        """Return the environment of one person: a home of their own, one exchange for all."""
        home = self.scratch / "homes" / who
        kept = {
            name: value
            for name, value in os.environ.items()
            if (
                not name.startswith(("JUPYTER", "IPYTHON", "LIVE_SOCKETS", "XDG", "NBGRADER"))
                and name != "PYTHONPATH"
            )
            or name == "LIVE_SOCKETS_PATIENCE"
        }
        return kept | {
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "IPYTHONDIR": str(home / "ipython"),
            "LIVE_SOCKETS_EXCHANGE": str(self.scratch / "exchange"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def run(self, *command: str, who: str = "instructor", code: int = 0, **more: str) -> str:
        """Run a Python module's command; students work in their homes.

        more is added to the environment.
        """
        folder = self.root if who == "instructor" else self.home(who)
        run = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=folder,
            env=self.environment(who) | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        said = run.stdout + run.stderr
        assert run.returncode == code, f"{' '.join(command)} ended with {run.returncode}:\n{said}"
        return said

    def home(self, student: str) -> Path:
        """Return a student's home; nbgrader is told there which course they are in."""
        home = self.scratch / "homes" / student
        (home / "config").mkdir(parents=True, exist_ok=True)
        (home / "config" / "nbgrader_config.py").write_text(
            "c = get_config()\n"
            "c.CourseDirectory.course_id = 'live_sockets'\n"
            f"c.Exchange.root = {str(self.scratch / 'exchange')!r}\n"
        )
        return home

    def twin(self, scratch: Path) -> "Course":
        """Return a copy of this course, with everything that is in it now."""
        shutil.copytree(self.root, scratch / "clone", symlinks=True)
        (scratch / "homes" / "instructor").mkdir(parents=True)
        return Course(scratch / "clone", scratch)

    def notebook(self, *where: str, name: str = CHAPTER) -> Notebook:
        """Return a notebook of the clone."""
        path = self.root.joinpath(*where, name, f"{name}.ipynb")
        read: Notebook = json.loads(path.read_text(encoding="utf-8"))
        return read


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A clone of the working tree, with what is not committed yet, made ready to grade.

    For making twins of: whoever changes a course takes one.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # one for all workers
    with open(shared / "pristine.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        scratch = shared / "pristine"
        if not (scratch / "ready").exists():
            shutil.rmtree(scratch, ignore_errors=True)
            _make_ready(scratch)
            (scratch / "ready").touch()
    return Course(scratch / "clone", scratch)


def _make_ready(scratch: Path) -> None:
    clone = scratch / "clone"
    clone.mkdir(parents=True)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, clone / name)
        else:
            (clone / name).unlink(missing_ok=True)
    (scratch / "homes" / "instructor").mkdir(parents=True)
    Course(clone, scratch).run("autograder.cli", "init-course")


@pytest.fixture(scope="session")
def course(pristine: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course that the journey goes through."""
    return pristine.twin(tmp_path_factory.mktemp("journey"))


class Formgrader:
    """The formgrader in a running Jupyter server; ends the server on exit."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.log: list[str] = []
        self.address = ""
        self._announced = threading.Event()
        self._ended = threading.Event()

    def __enter__(self) -> "Formgrader":
        options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
        self._server = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--ServerApp.port=0", *options],
            cwd=self.course.root,
            env=self.course.environment("instructor") | {"JUPYTER_TOKEN": "journey"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        if not self._answers():
            self.__exit__()
            pytest.fail("Jupyter did not start:\n" + "".join(self.log))
        return self

    def _answers(self) -> bool:
        """Jupyter announces its address a moment before it listens there."""
        deadline = time.monotonic() + DEADLINE_S
        self._announced.wait(DEADLINE_S)
        while self.address and time.monotonic() < deadline:
            try:
                self.get("manage_assignments")
                return True
            except urllib.error.URLError:
                if self._ended.wait(0.05):
                    break
        return False

    def _read(self) -> None:
        assert self._server.stderr is not None
        with self._server.stderr as lines:
            for line in lines:
                self.log.append(line)
                if found := re.search(r"(http://127\.0\.0\.1:\d+/)\?token", line):
                    self.address = found[1]
                    self._announced.set()
        self._announced.set()
        self._ended.set()

    def __exit__(self, *exception: object) -> None:
        self._server.terminate()
        try:
            self._server.wait(DEADLINE_S)
        finally:
            self._server.kill()
            self._server.wait()
            self._reader.join()

    def get(self, path: str, data: bytes | None = None) -> str:
        """Return a page; data makes it a POST."""
        request = urllib.request.Request(
            f"{self.address}formgrader/{path}", data, {"Authorization": "token journey"}
        )
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return str(answer.read().decode("utf-8"))


@pytest.fixture(scope="session")
def formgrader_of():
    """Return the maker of a formgrader: `with formgrader_of(course) as formgrader:`."""
    return Formgrader


# -- a person at a terminal ------------------------------------------------------------------------

# As setsid(1) with --ctty does: then Ctrl+C on its terminal reaches the program.
ON_ITS_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


class Terminal:
    """A person at a terminal in which a Python program runs."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._keyboard, screen = pty.openpty()
        self.shown = ""
        self._program = subprocess.Popen(
            [sys.executable, "-c", ON_ITS_TERMINAL, *words],
            cwd=folder,
            stdin=screen,
            stdout=screen,
            stderr=screen,
            start_new_session=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        os.close(screen)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *exception: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait()
        os.close(self._keyboard)

    def type(self, text: str) -> None:
        """Type it."""
        os.write(self._keyboard, text.encode())

    def shows(self, text: str) -> str:
        """Wait until the screen shows text behind what was waited for before; return all."""
        end = time.monotonic() + DEADLINE_S
        screen = self.shown  # what stands there already may be it
        while text not in screen:
            left = end - time.monotonic()
            assert left > 0, f"expected {text!r}; the screen shows {screen!r}"
            if select.select([self._keyboard], [], [], left)[0]:
                try:
                    self.shown += os.read(self._keyboard, 4096).decode(errors="replace")
                except OSError:  # EIO: nobody holds the terminal any more
                    assert text in self.shown, f"expected {text!r}; it ended with {self.shown!r}"
            screen = self.shown
        self.shown = screen.partition(text)[2]
        return screen

    def ends(self) -> int:
        """Wait for the program's end; return its status."""
        return self._program.wait(DEADLINE_S)


@pytest.fixture(scope="session")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Iterable[str]], Path]:
    """The maker of folders in which a notebook's cells have run: `beside([cell, …])`."""

    def run(cells: Iterable[str]) -> Path:
        folder = tmp_path_factory.mktemp("beside")
        shell = (
            "from IPython.core.interactiveshell import InteractiveShell\n"
            "from netlib.attempt import built_on\n"
            "shell = InteractiveShell.instance(user_ns={'built_on': built_on})\n"
            f"for each in {[*cells]!r}: shell.run_cell(each).raise_error()"
        )
        subprocess.run(
            [sys.executable, "-c", shell],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython")},
            check=True,
            capture_output=True,
            timeout=DEADLINE_S,
        )
        return folder

    return run


@pytest.fixture
def port() -> str:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.fixture(scope="session")
def terminal() -> type[Terminal]:
    """The maker of terminals: `with terminal(folder, "shout.py", "9000") as person:`."""
    return Terminal
