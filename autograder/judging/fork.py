"""Where a learner's code runs in practice: a fork of the notebook's kernel.

Nothing that it does reaches the notebook: an endless loop, an exit, a bound port, a leaked
thread all end with the fork, and it has no more of the course than graded code has.
"""

import builtins
import io
import os
import resource
import signal
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from autograder.clock import CLOCK
from autograder.guest.guest import Guest
from autograder.guest.pipe import Pipe
from autograder.learner import process_tree
from autograder.learner.copies import Original

if TYPE_CHECKING:
    from netlib.lan import Host

__all__ = ["PRINTED", "fork"]

PRINTED = 4_000  # bytes that are kept of what it prints


def fork(host: "Host | None" = None, descriptors: int | None = None) -> Original:
    """Return a new process forked from this one, ready to load cells.

    Args:
        host: of a LAN, on which it lives; None: where this one does.
        descriptors: how many it may have open; None: as many as this one.
    """
    ours, theirs = socket.socketpair()
    printed = tempfile.TemporaryFile()
    sys.stdout.flush()
    with warnings.catch_warnings():
        # Python 3.12 warns that a fork beside threads may deadlock. The child only runs
        # Python that holds no lock of theirs; 600 forks under load went well.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _become_guest(ours, theirs, printed, host, descriptors)
    theirs.close()
    CLOCK.watch(pid)
    # Copies are found in /proc; where there is none, cells are loaded for every rule.
    end_copies = (
        partial(process_tree.end_descendants, pid) if os.path.exists("/proc/self") else None
    )
    sockets, tasks = partial(process_tree.sockets, pid), partial(process_tree.tasks, pid)
    cpu_s = partial(process_tree.cpu_s, pid)
    return Original(Pipe(ours), _killer(pid), end_copies, sockets, printed, tasks, cpu_s)


def _killer(pid: int) -> Callable[[], None]:
    ended = False

    def kill() -> None:
        nonlocal ended
        if not ended:
            ended = True
            CLOCK.forget(pid)
            process_tree.end(pid)

    return kill


def _become_guest(
    ours: socket.socket,
    theirs: socket.socket,
    printed: BinaryIO,
    host: "Host | None",
    descriptors: int | None,
) -> None:
    """Turn this fork of the kernel into a guest. Never returns."""
    try:
        if host is not None:
            from autograder.network.lan import move_to

            move_to(host)
        if descriptors is not None:
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, hard))
        os.setsid()
        process_tree.adopt_orphans()
        ours.close()
        _redirect(printed)
        _hide_helpers()
        _keep_to_open_folders()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        Guest(Pipe(theirs)).serve()
    finally:
        os._exit(70)


def _redirect(printed: BinaryIO) -> None:
    """Keep the beginning of what the learner's code prints: the kernel's streams are not ours."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 2):
        os.dup2(null, descriptor)
    os.dup2(printed.fileno(), 1)
    sys.stdin = open(0, closefd=False)
    stream = io.TextIOWrapper(_Printed(), "utf-8", "replace", write_through=True)
    sys.stdout = sys.stderr = stream
    builtins.input = _no_input


def _keep_to_open_folders() -> None:
    """Take the folders that nobody here may enter out of PATH, as a sandbox has none: else a
    program that does not exist is "not permitted" (EACCES) and not "not found" (execvp(3))."""
    if folders := os.environ.get("PATH"):
        may_enter = [each for each in folders.split(":") if os.access(each or ".", os.X_OK)]
        os.environ["PATH"] = ":".join(may_enter)


class _Printed(io.BytesIO):
    """Standard output, which takes so many bytes and no more."""

    def __init__(self) -> None:
        super().__init__()
        self._left = PRINTED

    def write(self, data: Any) -> int:
        kept = bytes(data)[: self._left]
        self._left -= len(kept)
        os.write(1, kept)
        return memoryview(data).nbytes


def _no_input(prompt: object = "") -> str:
    raise EOFError("there is nobody to type an answer while your code is judged")


class _Hidden:
    """Keeps the course's helpers from solutions: graded code does not have them."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if _is_helper(name):
            raise ModuleNotFoundError(
                f"{name} is not there when your code is judged: write that part yourself",
                name=name,
            )


def _is_helper(name: str) -> bool:
    return name.startswith(("netlib.", "autograder")) and name != "netlib.errors"


def _hide_helpers() -> None:
    for name in [name for name in sys.modules if _is_helper(name)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Hidden())
