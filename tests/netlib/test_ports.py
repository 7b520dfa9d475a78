"""Ports that stay quiet: who has them, and who is given which."""

import socket
from random import Random

import pytest

from netlib import ports
from netlib.errors import Unavailable
from netlib.ports import is_quiet, quiet_port, reserved_port


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", ""])
def test_a_port_that_any_socket_has_is_not_quiet(kind: socket.SocketKind, host: str) -> None:
    port, mark = reserved_port(Random())
    with mark, socket.socket(type=kind) as sock:
        assert is_quiet(port)
        sock.bind((host, port))
        assert not is_quiet(port)


def test_two_who_draw_the_same_are_given_two_ports() -> None:
    one, mark = reserved_port(Random(3))
    with mark:
        other, second = reserved_port(Random(3))
        second.close()
    assert one != other


def test_a_quiet_port_lies_below_those_that_the_kernel_lends() -> None:
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        lowest = int(file.read().split()[0])
    if lowest < 32_000:
        pytest.skip(f"this machine lends ports from {lowest} on")
    assert 20_000 <= quiet_port() < lowest


def test_where_all_are_in_use_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_quiet", lambda port: False)
    with pytest.raises(Unavailable, match="expected a port from .* that is free"):
        quiet_port()
