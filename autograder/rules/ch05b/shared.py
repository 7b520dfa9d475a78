"""What rules of several exercises of chapter 05b need: the LAN, FeiQ's packets, who sends."""

import errno
import socket
from random import Random
from typing import Any

from autograder.network import Steps, Talker
from autograder.rules.common import word
from autograder.text import Text, such
from netlib.lan import Host, Lan

__all__ = [
    "ANSENTRY",
    "BR_ENTRY",
    "BR_EXIT",
    "FIELDS",
    "PORT",
    "RECVMSG",
    "SENDCHECK",
    "SENDMSG",
    "feiq",
    "flags",
    "free_port",
    "is_taken",
    "may_broadcast",
    "name",
    "no_way",
    "on",
    "talker_on",
    "tell_and_send",
    "two_networks",
]

BR_ENTRY, BR_EXIT, ANSENTRY, SENDMSG, RECVMSG, SENDCHECK = 1, 2, 3, 32, 33, 0x100
FIELDS = ("version", "packet_no", "sender", "host", "command", "content")
PORT = 2425

_FLAGS = (0x200, 0x800, 0x8000, 0x100000, 0x200000, 0x400000)  # all but SENDCHECK


def _errno(*numbers: int) -> Any:
    return such(OSError, lambda got: got.errno in numbers)


is_taken = _errno(errno.EADDRINUSE)
no_way = _errno(errno.ENETUNREACH, errno.EHOSTUNREACH)
may_broadcast = _errno(errno.EACCES, errno.EPERM)
"""What sendto to a broadcast address raises where SO_BROADCAST is not set."""


# -- FeiQ ------------------------------------------------------------------------------------------


def feiq(
    command: int, sender: str, host: str, packet_no: int, content: str, version: str = "1"
) -> bytes:
    """Return a packet of FeiQ."""
    return f"{version}:{packet_no}:{sender}:{host}:{command}:{content}".encode("gbk")


def flags(rng: Random) -> int:
    """Return some flags, without SENDCHECK; never none."""
    return sum(rng.sample(_FLAGS, k=3))


def name(rng: Random) -> str:
    """Return a name as people have them: capitals, digits, a blank."""
    return f"{word(rng, 3).title()} {word(rng, 2).upper()}{rng.randrange(10, 100)}"


# -- who listens, and where -----------------------------------------------------------------------


def free_port(steps: Steps) -> int:
    """Return a port that is free on this machine, and that reports call "port"."""
    peer = steps.own_socket("0.0.0.0")
    peer.close()
    return peer.address[1]


# -- on a LAN --------------------------------------------------------------------------------------


def two_networks(lan: Lan) -> None:
    """Put anna on two networks, ben on the first, carl on the second; nothing leads elsewhere."""
    second = lan.switch("second", "198.51.100.0/24")
    lan.plug(lan.host("anna"), second)
    lan.host("ben")
    lan.host("carl", second)


def on(lan: Lan, name: str) -> Host:
    """Return a host of the LAN."""
    host = lan[name]
    assert isinstance(host, Host)
    return host


def talker_on(steps: Steps, lan: Lan, host: str, called: Text, port: int = 0) -> Talker:
    """Return a talker on a host of the LAN, which hears broadcasts and may send them."""
    with on(lan, host):
        talker = steps.udp(called, "0.0.0.0", port)
    talker.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    return talker


def tell_and_send(steps: Steps, talker: Talker, data: bytes, to: tuple[str, int]) -> None:
    """Send, and tell to which destination address."""
    steps.tell(talker.name, f"sends to {to[0]}", f"发往 {to[0]}")
    talker.send(data, to)
