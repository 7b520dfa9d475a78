"""Ports that stay quiet: no socket has them, on any address, and the kernel lends them to nobody.

A port that `bind` to port 0 gives away is nobody else's at that address, for that protocol: a
neighbour may have the same number beside it. These lie below all that the kernel gives away
(ip(7), ip_local_port_range). Nothing here touches IPv6.
"""

import random
import socket

from netlib.errors import Unavailable

__all__ = ["is_quiet", "quiet_port", "reserved_port"]

_FROM, _TO = 20_000, 32_000
_MOST = 200  # that may be in use, one after the other


def quiet_port(rng: random.Random | None = None) -> int:
    """Return a port that no socket has at this moment; another one each time.

    Raises:
        Unavailable: all that were tried are in use.
    """
    port, mark = reserved_port(rng or random.Random())
    mark.close()
    return port


def reserved_port(rng: random.Random) -> tuple[int, socket.socket]:
    """The same; until the mark is closed, nobody else who asks here is given that port.

    The mark is a name without a file (unix(7), abstract), which belongs to one network, as ports
    do.
    """
    first = rng.randrange(_FROM, _TO - _MOST)
    for port in range(first, first + _MOST):
        mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            mark.bind(f"\0live-sockets/port/{port}")
        except OSError:  # somebody else was given it
            mark.close()
            continue
        if is_quiet(port):
            return port, mark
        mark.close()
    raise Unavailable(
        f"expected a port from {first} to {first + _MOST - 1} that is free; all are in use"
    )


def is_quiet(port: int) -> bool:
    """Tell whether no socket has that port: of TCP or UDP, on any address of IPv4."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as sock:
            try:
                sock.bind(("", port))
            except OSError:
                return False
    return True
