"""Where a submission's code runs: one bubblewrap, with declared contents and nothing else.

The caller is a process in a user and network namespace of its own (see `judge.py`); the
sandbox shares that network, so that the judge's sockets reach it, and unshares the rest.
"""

import ctypes
import importlib.util
import json
import os
import resource
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.clock import CLOCK
from autograder.deadlines import PATIENCE, START_S, SWEEP_S
from autograder.guest.pipe import Pipe, PipeError
from autograder.learner import process_tree
from autograder.learner.copies import Original
from autograder.learner.descriptors import DESCRIPTORS, enough
from autograder.sandbox.syscalls import program
from autograder.sandbox.usage import Watch

if TYPE_CHECKING:
    from netlib.lan import Host

__all__ = ["Sandbox", "Unjudgeable", "missing", "refusal"]

SCRATCH_BYTES = 32 << 20
_PROGRAMS = ("sh", "cat", "echo", "false", "printf", "seq", "sleep", "true")
_PACKAGES = ("greenlet", "gevent", "zope")  # an answer may use gevent, where this machine has it
_HOUSE = Path(__file__).resolve().parents[2]  # the folder that holds our packages
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")

# What bubblewrap mounts writable, though all of it is owned by the sandbox's user where root
# grades: from the settings of the kernel to the host's own devices.
_WRITABLE = ("/proc", "/dev", "/dev/pts", "/")
_DEVICES = ("full", "null", "random", "tty", "urandom", "zero")
_CLONE_NEWNS = 0x00020000  # unshare(2)
_MS_RDONLY, _MS_REMOUNT, _MS_BIND = 1, 32, 4096  # mount(2)
_MS_REC, _MS_PRIVATE = 1 << 14, 1 << 18
_MS_KEPT = 2 | 8  # MS_NOSUID and MS_NOEXEC: who has them may not lose them


class Unjudgeable(Exception):
    """This machine cannot judge; the sentence says why and what to do."""


def missing() -> str | None:
    """Return a sentence if this machine has no bubblewrap or no seccomp, else None."""
    if shutil.which("bwrap") is None:
        return "Grading needs bubblewrap: install it (Debian: apt-get install bubblewrap)."
    try:
        program()
    except (ImportError, OSError, RuntimeError):
        return "Grading needs libseccomp: install it (Debian: apt-get install libseccomp2)."
    return None


class Sandbox:
    """A running sandbox. `guest` starts one in it; one at a time."""

    def __init__(self, modules: Iterable[str] = ()) -> None:
        """Start it with these modules imported. Raises Unjudgeable where that is forbidden."""
        self._modules = tuple(modules)
        _own_devices()
        # Descriptors in flight are counted for the user, over all sandboxes: this keeps us, and
        # process 1, above what guests may fill (sendmsg(2), ETOOMANYREFS).
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self._most = most
        self._open()

    def guest(self, host: "Host | None" = None, descriptors: int = DESCRIPTORS) -> Original:
        """Return a new guest, which may have so many descriptors. Everything that ran before it is
        ended first; a sandbox that was broken from inside is replaced. On a host it has a sandbox
        of its own.

        Raises Unavailable where this machine allows fewer.
        """
        enough(descriptors, self._most)
        if host is not None:
            return self._on(host, descriptors)
        try:
            return self._forked(descriptors)
        except (PipeError, TimeoutError):
            self.close()
            self._open()
            return self._forked(descriptors)

    def close(self) -> None:
        """End it, once, with everything in it, and wait until the last process is gone."""
        if self._log.closed:
            return
        if self._watch is not None:
            self._watch.close()
        if self._scratch is not None:
            os.close(self._scratch)
        self._control.close()
        CLOCK.forget(self._process.pid)
        self._process.kill()
        self._process.wait()
        if self._first is not None:  # bubblewrap ends before what it started
            poller = select.poll()
            poller.register(self._first, select.POLLIN)
            poller.poll(int(SWEEP_S * 1000))
            os.close(self._first)
        self._log.close()

    def _on(self, host: "Host", descriptors: int) -> Original:
        from autograder.network.lan import inside  # loads netlib.lan, which few rules need

        with inside(host):
            box = Sandbox(self._modules)
        try:
            return box._forked(descriptors, box.close)
        except BaseException:
            box.close()
            raise

    def _open(self) -> None:
        self._log = tempfile.TemporaryFile()
        ours, theirs = socket.socketpair()
        told, tell = os.pipe()
        with theirs, _data(program()) as code, _data(_HOSTS) as hosts:
            self._process = subprocess.Popen(
                [*_command(code, hosts, tell), str(theirs.fileno()), *self._modules],
                pass_fds=(theirs.fileno(), code, hosts, tell),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
            )
        os.close(tell)
        self._first = _child(told)
        self._control = Pipe(ours)
        CLOCK.watch(self._process.pid)
        self._used = False
        self._scratch: int | None = None
        self._watch: Watch | None = None
        try:
            (self._scratch,) = self._answer(START_S)
        except (PipeError, TimeoutError, ValueError):
            said = self._said()
            self.close()
            raise Unjudgeable(refusal(said)) from None
        self._watch = Watch(self._process.pid, self._process.kill, self._scratch)

    def _forked(self, descriptors: int, end: Callable[[], None] = lambda: None) -> Original:
        """Return a new guest, which end ends; else the next sweep does."""
        if self._used:
            self._ask({"op": "sweep"})
        self._used = True
        ours, theirs = socket.socketpair()
        with theirs:
            self._ask({"op": "fork", "descriptors": descriptors}, theirs.fileno())
        sockets = partial(process_tree.sockets, self._process.pid)
        tasks = partial(process_tree.tasks, self._process.pid)
        cpu_s = partial(process_tree.cpu_s, self._process.pid)
        template = Original(Pipe(ours), end, self._end_copies, sockets, tasks=tasks, cpu_s=cpu_s)
        assert self._scratch is not None  # it has started
        template.scratch = self._scratch, "/tmp"
        return template

    def _end_copies(self) -> None:
        try:
            self._ask({"op": "end copies"})
        except (PipeError, TimeoutError):
            self._process.kill()  # whoever asks next gets another sandbox

    def _ask(self, message: dict[str, Any], *descriptors: int) -> None:
        self._control.send(message, descriptors)
        self._answer(SWEEP_S)

    def _answer(self, seconds: float) -> list[int]:
        return self._control.receive(time.monotonic() + seconds)[1]

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
        *(part for path in _WRITABLE for part in ("--remount-ro", path)),
        *("--chdir", "/tmp"),
        *("--seccomp", str(code), "--info-fd", str(tell)),
        "--clearenv",
    ]
    environment = {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "LD_LIBRARY_PATH": "/python/lib",
        "LIVE_SOCKETS_PATIENCE": str(PATIENCE),
        "MALLOC_ARENA_MAX": "2",
        "PATH": "/bin",
    }
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    python = ["/python/bin/python3", "-I", "-B", "-X", "utf8", "/judge/guest"]
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
        place = f"/python/lib/{stdlib.name}/site-packages"
        yield "--tmpfs", place
        for name, folder in _packages():
            yield "--ro-bind", folder, f"{place}/{name}"
        yield "--remount-ro", place
    if stdlib.parent != Path("/usr/lib"):  # an interpreter that brings its own libraries
        for library in sorted(stdlib.parent.glob("lib*.so*")):
            yield "--ro-bind", os.path.realpath(library), f"/python/lib/{library.name}"
    for name in _PROGRAMS:
        if (path := shutil.which(name, path="/usr/bin:/bin")) is not None:
            yield "--ro-bind", os.path.realpath(path), f"/bin/{name}"
    guest = _HOUSE / "autograder" / "guest"
    yield "--ro-bind", str(guest), "/judge/guest"
    if (guest / "__pycache__").is_dir():  # it holds paths of this machine
        yield "--tmpfs", "/judge/guest/__pycache__", "--remount-ro", "/judge/guest/__pycache__"
    errors = _HOUSE / "netlib" / "errors.py"
    yield "--ro-bind", str(errors), "/judge/course/netlib/errors.py"


def _packages() -> Iterator[tuple[str, str]]:
    """Yield the packages of others that this machine has, with their folders; none is imported."""
    for name in _PACKAGES:
        spec = importlib.util.find_spec(name)
        for folder in list(spec.submodule_search_locations or ())[:1] if spec else ():
            yield name, os.path.realpath(folder)


@lru_cache(maxsize=1)
def _own_devices() -> None:
    """Give this process a view of the host's devices in which nobody can change their mode.

    bubblewrap lends them to the sandbox as it finds them; made read-only by itself, they would
    be no devices any more.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.unshare(_CLONE_NEWNS) != 0
    failed = failed or libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None) != 0
    for name in _DEVICES:
        path = f"/dev/{name}".encode()
        kept = os.statvfs(path).f_flag & _MS_KEPT
        for flags in (_MS_BIND, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | kept):
            failed = failed or libc.mount(path, path, None, flags, None) != 0
    if failed:
        raise Unjudgeable(refusal(os.strerror(ctypes.get_errno())))


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
