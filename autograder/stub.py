"""Process 1 of the sandbox: it forks guests and clears up behind them.

It never runs a learner's code and, being not dumpable, cannot be read or traced by it. It
has the standard library imported, so that a fork of it is ready at once.

Run as a file: `python -I stub.py DESCRIPTOR`, where DESCRIPTOR is a Unix stream socket.
Imports the standard library and its neighbours in the sandbox only.
"""

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import socket
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

# The neighbours, and what solutions are likely to import: forks have it for nothing.
import asyncio  # noqa: E402, F401
import collections  # noqa: E402, F401
import dataclasses  # noqa: E402, F401
import encodings.gbk  # noqa: E402
import encodings.idna  # noqa: E402, F401
import selectors  # noqa: E402, F401
import struct  # noqa: E402, F401
import subprocess  # noqa: E402, F401

from guest import Guest  # type: ignore[import-not-found]  # noqa: E402  # a neighbour
from pipe import Pipe, PipeError, close_all  # type: ignore[import-not-found]  # noqa: E402

_PR_SET_DUMPABLE = 4  # prctl(2)
_SCRATCH = "/tmp"

LIMITS = (
    (resource.RLIMIT_AS, 4 << 30),  # bytes; less leaves no room for threads' stacks
    (resource.RLIMIT_CPU, 10),  # seconds
    (resource.RLIMIT_FSIZE, 16 << 20),
    (resource.RLIMIT_NOFILE, 512),
    (resource.RLIMIT_NPROC, 96),
    (resource.RLIMIT_CORE, 0),
)


def main() -> None:
    """Serve the judge until its end of the socket closes."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0)
    control = Pipe(socket.socket(fileno=int(sys.argv[1])))
    sys.path.remove(HERE)
    sys.path.append(os.path.join(HERE, "course"))  # netlib.errors, and nothing else of ours
    control.send({"ready": True})
    with contextlib.suppress(PipeError):
        while True:
            message, descriptors = control.receive()
            if message["op"] == "fork":
                pid = os.fork()
                if pid == 0:
                    _become_guest(control, descriptors)
                close_all(descriptors)
            else:
                _sweep()
            control.send({"done": message["op"]})


def _become_guest(control: Pipe, descriptors: list[int]) -> None:
    try:
        control.close()
        os.setsid()
        for limit, value in LIMITS:
            resource.setrlimit(limit, (value, value))
        Guest(Pipe(socket.socket(fileno=descriptors[0]))).serve()
    finally:
        os._exit(70)


def _sweep() -> None:
    """End every other process of the sandbox, wait for the last, and empty its folder."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    for entry in os.scandir(_SCRATCH):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.unlink(entry.path)


if __name__ == "__main__":
    main()
