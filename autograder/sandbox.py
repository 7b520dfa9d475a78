"""Where a submission's code runs: one bubblewrap, with declared contents and nothing else.

The caller is a process in a user and network namespace of its own (see `judge.py`); the
sandbox shares that network, so that the judge's sockets reach it, and unshares the rest.
"""

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

from autograder import family
from autograder.calls import PATIENCE
from autograder.memory import MemoryWatch
from autograder.pipe import Pipe, PipeError
from autograder.subject import Subject

__all__ = ["Sandbox", "Unjudgeable", "missing", "refusal"]

START_S = 10.0 * PATIENCE  # seconds
SWEEP_S = 3.0 * PATIENCE
SCRATCH_BYTES = 32 << 20
_PROGRAMS = ("sh", "cat", "echo", "false", "printf", "seq", "sleep", "true")
_OURS = ("stub.py", "guest.py", "loading.py", "pipe.py", "tracing.py", "values.py")
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")

# Calls that reach out of the sandbox, get round its memory limit, or that no exercise needs.
_DENIED = [
    "add_key",
    "bpf",
    "clock_settime",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "memfd_create",
    "memfd_secret",
    "mount",
    "mount_setattr",
    "move_mount",
    "mq_open",
    "name_to_handle_at",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "personality",
    "pidfd_getfd",
    "pivot_root",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "request_key",
    "setns",
    "settimeofday",
    "shmget",
    "swapoff",
    "swapon",
    "umount2",
    "unshare",
    "userfaultfd",
]
_CLONE_NEWUSER = 0x10000000
_DENIED_FAMILIES = (17, 38, 40, 44)  # AF_PACKET, AF_ALG, AF_VSOCK, AF_XDP


class Unjudgeable(Exception):
    """This machine cannot judge; the sentence says why and what to do."""


def missing() -> str | None:
    """Return a sentence if this machine has no bubblewrap or no seccomp, else None."""
    if shutil.which("bwrap") is None:
        return "Grading needs bubblewrap: install it (Debian: apt-get install bubblewrap)."
    try:
        _filter()
    except (ImportError, OSError, RuntimeError):
        return "Grading needs libseccomp: install it (Debian: apt-get install libseccomp2)."
    return None


class Sandbox:
    """A running sandbox. `subject` starts a guest in it; one at a time."""

    def __init__(self) -> None:
        """Start it. Raises Unjudgeable where the machine forbids it."""
        self._open()

    def subject(self) -> Subject:
        """Return a new guest. Everything that ran before it is ended first; a sandbox that
        was broken from inside is replaced."""
        try:
            return self._forked()
        except (PipeError, TimeoutError):
            self.close()
            self._open()
            return self._forked()

    def close(self) -> None:
        """End it with everything in it, and wait until the last process is gone."""
        self._watch.close()
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._first is not None:  # bubblewrap ends before what it started
            poller = select.poll()
            poller.register(self._first, select.POLLIN)
            poller.poll(int(SWEEP_S * 1000))
            os.close(self._first)
        self._log.close()

    def _open(self) -> None:
        self._log = tempfile.TemporaryFile()
        ours, theirs = socket.socketpair()
        told, tell = os.pipe()
        with theirs, _data(_filter()) as code, _data(_HOSTS) as hosts:
            self._process = subprocess.Popen(
                [*_command(code, hosts, tell), str(theirs.fileno())],
                pass_fds=(theirs.fileno(), code, hosts, tell),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
            )
        os.close(tell)
        self._first = _child(told)
        self._watch = MemoryWatch(self._process.pid, self._process.kill)
        self._control = Pipe(ours)
        self._used = False
        try:
            self._answer(START_S)
        except (PipeError, TimeoutError):
            said = self._said()
            self.close()
            raise Unjudgeable(refusal(said)) from None

    def _forked(self) -> Subject:
        if self._used:
            self._ask({"op": "sweep"})
        self._used = True
        ours, theirs = socket.socketpair()
        with theirs:
            self._ask({"op": "fork"}, theirs.fileno())
        sockets = partial(family.sockets, self._process.pid)
        return Subject(Pipe(ours), lambda: None, sockets)  # the next sweep ends it

    def _ask(self, message: dict[str, str], *descriptors: int) -> None:
        self._control.send(message, descriptors)
        self._answer(SWEEP_S)

    def _answer(self, seconds: float) -> None:
        self._control.receive(time.monotonic() + seconds)

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read(2000).decode(errors="replace").strip()


def _child(told: int) -> int | None:
    """Return a descriptor of the sandbox's first process, once bubblewrap has told its pid."""
    said = b""
    with open(told, "rb", buffering=0) as file:
        while b"}" not in said:  # to the end: bubblewrap dies of a reader that leaves early
            part = file.read(4096)
            if not part:
                return None
            said += part
    try:
        return os.pidfd_open(json.loads(said)["child-pid"])
    except (OSError, ValueError, KeyError):
        return None


_HOSTS = b"127.0.0.1 localhost\n::1 localhost\n"


def _command(code: int, hosts: int, tell: int) -> list[str]:
    arguments = [
        *("--unshare-user", "--uid", "65534", "--gid", "65534"),
        *("--unshare-pid", "--as-pid-1", "--unshare-ipc", "--unshare-uts", "--hostname", "box"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *_contents(),
        *("--ro-bind-data", str(hosts), "/etc/hosts"),
        *("--proc", "/proc", "--dev", "/dev"),
        *("--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp"),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"),
        *("--seccomp", str(code), "--info-fd", str(tell)),
        "--clearenv",
    ]
    environment = {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": "/python/lib",
        "MALLOC_ARENA_MAX": "2",
        "PATH": "/bin",
    }
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    python = ["/python/bin/python3", "-I", "-B", "-X", "utf8", "/judge/stub.py"]
    return ["bwrap", *arguments, "--", *python]


@lru_cache(maxsize=1)
def _contents() -> tuple[str, ...]:
    """Return the arguments that mount, read-only, all that is in the sandbox."""
    return tuple(part for mount in _mounts() for part in mount)


def _mounts() -> Iterator[tuple[str, ...]]:
    for folder in _LIBRARIES:
        if os.path.islink(folder):
            yield "--symlink", os.readlink(folder), folder
        elif os.path.isdir(folder):
            yield "--ro-bind", folder, folder
    stdlib = Path(sysconfig.get_path("stdlib"))
    yield "--ro-bind", os.path.realpath(sys.executable), "/python/bin/python3"
    yield "--ro-bind", str(stdlib), f"/python/lib/{stdlib.name}"
    if (stdlib / "site-packages").is_dir():
        yield "--tmpfs", f"/python/lib/{stdlib.name}/site-packages"
    if stdlib.parent != Path("/usr/lib"):  # an interpreter that brings its own libraries
        for library in sorted(stdlib.parent.glob("lib*.so*")):
            yield "--ro-bind", os.path.realpath(library), f"/python/lib/{library.name}"
    for program in _PROGRAMS:
        if (path := shutil.which(program, path="/usr/bin:/bin")) is not None:
            yield "--ro-bind", os.path.realpath(path), f"/bin/{program}"
    here = Path(__file__).parent
    for name in _OURS:
        yield "--ro-bind", str(here / name), f"/judge/{name}"
    errors = here.parent / "netlib" / "errors.py"
    yield "--ro-bind", str(errors), "/judge/course/netlib/errors.py"


@lru_cache(maxsize=1)
def _filter() -> bytes:
    """Return the seccomp program, in the form that bubblewrap reads."""
    import errno

    import pyseccomp  # type: ignore[import-untyped]  # it ships no types

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in _DENIED:
        try:
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
        except (OSError, RuntimeError, ValueError):
            continue  # a call that this machine's libseccomp does not know cannot be named
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags cannot be looked at
    new_user = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
    rules.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", new_user)
    for denied in _DENIED_FAMILIES:
        equal = pyseccomp.Arg(0, pyseccomp.EQ, denied)
        rules.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", equal)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


class _data:  # used like a function
    """A descriptor from which some bytes can be read once."""

    def __init__(self, content: bytes) -> None:
        self._file = tempfile.TemporaryFile()
        self._file.write(content)
        self._file.seek(0)

    def __enter__(self) -> int:
        return self._file.fileno()

    def __exit__(self, *_: object) -> None:
        self._file.close()


def refusal(said: str) -> str:
    """Return the sentence for a machine that said so much and no more."""
    return (
        "Grading needs namespaces, and this machine does not let bubblewrap make them"
        f" ({said.splitlines()[-1][:200] if said else 'it ended without a word'})."
        " Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0; Docker: "
        "--security-opt seccomp=unconfined --security-opt apparmor=unconfined."
    )
