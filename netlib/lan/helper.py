"""The process that owns the namespaces of a LAN: it makes them, and sockets inside them.

It runs as a file, in an interpreter of its own, because a process with threads (a notebook's)
may not enter a user namespace. It knows nothing of hosts and cables: a request is one message
over a Unix socket, words with NUL between them and a socket for the reply; the reply is "0"
and a descriptor, or an errno and its text. (json would cost a quarter of the start.)
When its caller is gone, it ends whatever still runs in its namespaces, and itself.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
from collections.abc import Callable

__all__ = ["serve"]

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h

_libc = ctypes.CDLL(None, use_errno=True)  # Python 3.11 has no os.unshare and no os.setns


def _call(name: str, *arguments: int) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _here() -> int:
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _map_root(uid: int, gid: int) -> None:
    maps = (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1"))
    for name, text in maps:  # user_namespaces(7): an ordinary user may, in this order
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def _enter() -> int:
    """Become root of a new user namespace without a network; return its descriptor.

    Raises:
        OSError: strerror is the step that the machine refused.
    """
    uid, gid = os.geteuid(), os.getegid()
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("user namespace", lambda: _call("unshare", CLONE_NEWUSER)),
        ("user namespace", lambda: _map_root(uid, gid)),
        ("network namespace", lambda: _call("unshare", CLONE_NEWNET)),
    )
    for name, step in steps:
        try:
            step()
        except OSError as error:
            raise OSError(error.errno, name) from error
    return os.open("/proc/self/ns/user", os.O_RDONLY | os.O_CLOEXEC)


class _Maker:
    """The three things that can be asked for: a network, and a socket or a file in one."""

    def __init__(self) -> None:
        self.home = _here()
        self.made: set[tuple[int, int]] = set()  # device and inode name a namespace

    def namespace(self) -> int:
        """Make an empty network; it lives as long as a descriptor, socket or process in it."""
        try:
            _call("unshare", CLONE_NEWNET)
            made = _here()
        finally:
            _call("setns", self.home, CLONE_NEWNET)
        status = os.fstat(made)
        self.made.add((status.st_dev, status.st_ino))
        return made

    def socket(self, network: int, family: int, kind: int, protocol: int) -> int:
        """Make a socket that belongs to the network, wherever it is used."""
        return self._inside(network, lambda: socket.socket(family, kind, protocol).detach())

    def open(self, network: int, path: str, flags: int) -> int:
        """Open a file under /proc/sys/net or /proc/self/net as the network has it."""
        return self._inside(network, lambda: os.open(path, flags | os.O_CLOEXEC))

    def _inside(self, network: int, make: Callable[[], int]) -> int:
        try:
            _call("setns", network, CLONE_NEWNET)
            return make()
        finally:
            _call("setns", self.home, CLONE_NEWNET)


def _end(networks: set[tuple[int, int]]) -> None:
    """Kill until nothing is left: what is being killed may still be forking."""
    while found := [pid for pid in _others() if _network(pid) in networks]:
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _others() -> list[int]:
    return [
        int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()
    ]


def _network(pid: int) -> tuple[int, int] | None:
    try:
        status = os.stat(f"/proc/{pid}/ns/net")
    except OSError:  # it has ended, is a zombie, or is not ours to look at
        return None
    return status.st_dev, status.st_ino


def _refusal(error: OSError) -> bytes:
    return f"{error.errno} {error.strerror}".encode()


def _answer(maker: _Maker, request: bytes, network: list[int]) -> int:
    name, *words = request.decode().split("\0")
    arguments = (int(word) if word.isdigit() else word for word in words)
    made: int = getattr(maker, name)(*network, *arguments)
    return made


def serve(control: socket.socket, caller: int) -> None:
    """Answer requests until the other end of control is shut down, or the caller has ended.

    caller is a pidfd: a fork of the caller's may keep the other end of control open.
    """
    try:
        user = _enter()
    except OSError as error:
        control.send(_refusal(error))
        return
    socket.send_fds(control, [b"0"], [user])
    os.close(user)
    maker = _Maker()
    while caller not in select.select([control.fileno(), caller], [], [])[0]:
        request, descriptors, _, _ = socket.recv_fds(control, 4096, 2)
        if not request:
            break
        with socket.socket(fileno=descriptors[0]) as reply:
            made = -1
            try:
                made = _answer(maker, request, descriptors[1:])
                socket.send_fds(reply, [b"0"], [made])
            except OSError as error:  # BrokenPipeError too: who asked was interrupted
                with contextlib.suppress(OSError):
                    reply.send(_refusal(error))
        for descriptor in (*descriptors[1:], made):
            if descriptor >= 0:
                os.close(descriptor)
    _end(maker.made)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
