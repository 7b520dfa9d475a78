"""`autograder grade --dask`: a scheduler and two workers on this machine, and one is killed."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from netlib.deadlines import stretched

CHAPTER = "ch04_udp"
DEADLINE_S = stretched(60)

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(find_spec("distributed") is None, reason="no Dask: pip install .[cluster]"),
    pytest.mark.skipif(
        shutil.which("bwrap") is None, reason="grading needs bubblewrap: apt-get install bubblewrap"
    ),
]

Course = Any  # see conftest.py


def hand_in(course: Course) -> None:
    """Hand in for six students, who have got further and further."""
    reference = {cell["id"]: cell["source"] for cell in course.notebook("source", "en")["cells"]}
    for student in range(6):
        notebook = course.notebook("notebooks", "en")
        solutions = [
            cell
            for cell in notebook["cells"]
            if cell["metadata"].get("live_sockets", {}).get("role") == "solution"
        ]
        for cell in solutions[:student]:
            cell["source"] = reference[cell["id"]]
        folder = course.root / "submitted" / f"s{student}" / CHAPTER
        folder.mkdir(parents=True)
        (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(notebook))


def autograded(course: Course) -> dict[str, bytes]:
    folder = course.root / "autograded"
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.ipynb")}


@contextmanager
def process(course: Course, *command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a part of Dask in the course, and end it."""
    run = subprocess.Popen(
        [sys.executable, "-m", *command, "--no-dashboard"],
        cwd=course.root,
        env=course.environment("instructor") | {"PYTHONPATH": str(course.root)} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield run
    finally:
        run.terminate()
        try:
            run.wait(DEADLINE_S)
        finally:
            run.kill()
            run.wait()


@contextmanager
def scheduler(course: Course) -> Iterator[str]:
    """Run a scheduler, and return its address."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    where = ("--host", "127.0.0.1", "--port", str(port))
    with process(course, "distributed.cli.dask_scheduler", *where, "--no-show"):
        wait_for(lambda: listens(port))
        yield address


@contextmanager
def worker(course: Course, address: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    alone = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
    with process(course, "distributed.cli.dask_worker", address, *alone, **environment) as run:
        yield run


def listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def judges(pid: int) -> bool:
    """Tell whether a worker has a judge at work."""
    children = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        children |= set((task / "children").read_text().split())
    return any(
        b"autograder.judging.judge" in Path(f"/proc/{child}/cmdline").read_bytes()
        for child in children
    )


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait for what other processes do and nobody announces."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        try:
            if happened():
                return
        except OSError:
            pass  # a process has just ended
        time.sleep(0.01)
    pytest.fail("it did not happen in time")


@contextmanager
def grading(course: Course, address: str) -> Iterator[subprocess.Popen[str]]:
    run = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "grade", CHAPTER, "--dask", address],
        cwd=course.root,
        env=course.environment("instructor"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield run
    finally:
        run.kill()
        run.wait()


def test_a_killed_worker_loses_nothing(
    pristine: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here, there = (pristine.twin(tmp_path_factory.mktemp("dask")) for _ in range(2))
    hand_in(here)
    hand_in(there)
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(there))
        workers = [stack.enter_context(worker(there, address)) for _ in range(2)]
        run = stack.enter_context(grading(there, address))
        wait_for(lambda: judges(workers[0].pid))
        workers[0].send_signal(signal.SIGKILL)
        said, _ = run.communicate(timeout=2 * DEADLINE_S)
    assert "6 graded, 0 unchanged, 0 failed" in said
    assert run.returncode == 0
    here.run("autograder.cli", "grade", CHAPTER)
    assert autograded(there) == autograded(here)
    assert len(autograded(here)) == 6


def test_a_worker_with_another_version_grades_nobody(
    pristine: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    course = pristine.twin(tmp_path_factory.mktemp("dask"))
    hand_in(course)
    with ExitStack() as stack:
        address = stack.enter_context(scheduler(course))
        stack.enter_context(worker(course, address, LIVE_SOCKETS_PATIENCE="7"))
        said = course.run("autograder.cli", "grade", CHAPTER, "--dask", address, code=2)
    assert "A worker of the cluster has another version of the course" in said
    assert autograded(course) == {}


def test_a_cluster_must_be_encrypted_or_here(
    pristine: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    course = pristine.twin(tmp_path_factory.mktemp("dask"))
    address = "tcp://192.0.2.1:8786"
    said = course.run("autograder.cli", "grade", CHAPTER, "--dask", address, code=2)
    assert f"{address} is not on this machine and not encrypted" in said
    with socket.socket() as sock:  # bound, and nobody listens
        sock.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{sock.getsockname()[1]}"
        said = course.run("autograder.cli", "grade", CHAPTER, "--dask", address, code=2)
    assert f"No Dask scheduler can be reached at {address}" in said
    address = address.replace("tcp:", "tls:")
    said = course.run("autograder.cli", "grade", CHAPTER, "--dask", address, code=2)
    assert "Dask's configuration names no certificate for clients" in said
