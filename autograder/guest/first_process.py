"""Process 1 of the sandbox: it forks guests and clears up behind them.

It never runs a learner's code and, being not dumpable, cannot be read or traced by it. It
has the standard library imported, so that a fork of it is ready at once.
"""

# What solutions are likely to import is imported here: forks have it for nothing.
import collections  # noqa: F401
import contextlib
import ctypes
import dataclasses  # noqa: F401
import encodings.gbk
import encodings.idna  # noqa: F401
import importlib
import os
import resource
import select
import selectors  # noqa: F401
import shutil
import signal
import socket
import struct  # noqa: F401

from .guest import Guest
from .pipe import Pipe, PipeError, close_all

__all__ = ["main"]

_PR_SET_DUMPABLE = 4  # prctl(2)
_SCRATCH = "/tmp"

_FEW = 1000  # files that are worth removing one by one

LIMITS = (
    (resource.RLIMIT_AS, 4 << 30),  # bytes; less leaves no room for threads' stacks
    (resource.RLIMIT_CPU, 10),  # seconds
    (resource.RLIMIT_FSIZE, 16 << 20),
    (resource.RLIMIT_NPROC, 96),
    (resource.RLIMIT_CORE, 1),  # 0 would not keep a core from a program that waits for it (core(5))
)


def main(descriptor: int, modules: list[str]) -> None:
    """Serve the judge until its end of a Unix stream socket closes; import modules first."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # process 1 has no default: no harm is done
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # orphans that end leave nothing behind
    control = Pipe(socket.socket(fileno=descriptor))
    for name in modules:
        importlib.import_module(name)
    _forget_streams()
    scratch = os.open(_SCRATCH, os.O_RDONLY | os.O_DIRECTORY)
    control.send({"ready": True}, [scratch])
    os.close(scratch)
    guest = 0
    with contextlib.suppress(PipeError):
        while True:
            message, descriptors = control.receive()
            if message["op"] == "fork":
                guest = os.fork()
                if guest == 0:
                    _become_guest(descriptors, message["descriptors"])
                close_all(descriptors)
            elif message["op"] == "end copies":
                _end_copies(guest)
            else:
                _sweep()
            control.send({"done": message["op"]})


def _forget_streams() -> None:
    """Let the standard streams be new ones: the judge's lead to files of the host."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _become_guest(descriptors: list[int], most: int) -> None:
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        _forget_streams()  # an owner or a signal that is set on a shared one would stay (fcntl(2))
        (pipe,) = descriptors
        os.closerange(3, pipe)
        os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))
        for limit, value in (*LIMITS, (resource.RLIMIT_NOFILE, most)):
            resource.setrlimit(limit, (value, value))
        Guest(Pipe(socket.socket(fileno=pipe))).serve()
    finally:
        os._exit(70)


def _sweep() -> None:
    """End every other process of the sandbox, wait for the last, and empty its folder.

    Whatever goes wrong ends this process, and with it the sandbox: the judge takes a new one.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    _empty()


def _end_copies(guest: int) -> None:
    """End every process but this one and the guest that was copied, and empty the folder."""
    while others := [pid for pid in _living() if pid not in (1, guest)]:
        for pid in others:
            with contextlib.suppress(ProcessLookupError):
                watched = os.pidfd_open(pid)
                os.kill(pid, signal.SIGKILL)
                poller = select.poll()
                poller.register(watched, select.POLLIN)
                poller.poll()
                os.close(watched)
    with contextlib.suppress(ProcessLookupError):
        os.kill(guest, signal.SIGCONT)  # a copy may have stopped it
    _empty()


def _living() -> list[int]:
    """Return the processes that have not ended; who must wait for the others is not us."""
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            pid = int(name)
            with open(f"/proc/{pid}/stat", "rb") as file:
                if file.read().rpartition(b") ")[2][:1] not in b"ZX":
                    found.append(pid)
    return found


def _empty() -> None:
    status = os.statvfs(_SCRATCH)
    if status.f_files - status.f_ffree > _FEW:
        raise OSError(f"more than {_FEW} files in {_SCRATCH}")
    for entry in os.scandir(_SCRATCH):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
    os.chmod(_SCRATCH, 0o755)
    os.utime(_SCRATCH, (0, 0))  # a guest could keep a number there for the next
