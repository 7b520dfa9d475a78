"""How the learner's code comes to be on a host of a LAN, for a rule that asks for one.

A socket keeps the network of its birth, and the guest makes its own: so its whole process
must be on the host. In grading the judge, which owns what the LAN is made of, is there while it
starts a sandbox; in practice a fork of the kernel goes there for good.
"""

import contextlib
import ctypes
import os
from collections.abc import Callable, Iterator

from netlib.errors import LanError
from netlib.lan import Host, Lan

__all__ = ["Build", "inside", "made", "move_to"]

Build = Callable[[Lan], object]

_NETWORKS = ("192.0.2.0/24",)

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # setns(2)
_PR_CAPBSET_DROP = 24  # prctl(2)
_CAPABILITIES = range(64)  # more than any kernel has
_VERSION_3 = 0x20080522  # capset(2): a header of two numbers, and six of data

_libc = ctypes.CDLL(None, use_errno=True)  # Python 3.11 has no os.setns


def made(networks: tuple[str, ...], build: Build | None, name: str) -> tuple[Lan, Host]:
    """Return a LAN, which the caller closes, and the host of that name.

    Args:
        networks: of its first switch, as Lan takes them; 192.0.2.0/24 if there are none.
        build: adds what is on it: hosts, switches, routers; if None, the hosts anna and ben.

    Raises:
        Unavailable: this machine has no namespaces for us.
        LanError: build made no such host, or asked for what cannot be.
    """
    lan = Lan(*networks or _NETWORKS).start()
    try:
        (build or _two_hosts)(lan)
        host = lan[name]
        if not isinstance(host, Host):
            raise LanError(f"expected learner_on to be a host; {name} is {host!r}")
    except BaseException:
        lan.close()
        raise
    return lan, host


def _two_hosts(lan: Lan) -> None:
    for name in ("anna", "ben"):
        lan.host(name)


@contextlib.contextmanager
def inside(host: Host) -> Iterator[None]:
    """Let the processes and threads that this thread starts be on host.

    Only who made the namespace that a LAN is in may do that, as the judge did. What is started
    gets no descriptor, and so no way to another host.
    """
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _call("setns", host.network, _CLONE_NEWNET)
        try:
            yield
        finally:
            _call("setns", home, _CLONE_NEWNET)
    finally:
        os.close(home)


def move_to(host: Host) -> None:
    """Move this process, a fork without threads, to host for good, with no power over it.

    It enters the LAN's user namespace as its owner. Without capabilities it can neither change
    the host nor go to another one, as in grading.
    """
    _call("setns", host.site.namespaces.user, _CLONE_NEWUSER)
    _call("setns", host.network, _CLONE_NEWNET)
    for number in _CAPABILITIES:  # else a program that it starts, as root of the LAN, has them
        _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    _call("capset", (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)())


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
