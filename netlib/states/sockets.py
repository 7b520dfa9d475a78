"""Sockets as the kernel sees them: state, queues, timer (linux/inet_diag.h, RFC 9293, 3.3.2)."""

import html
import socket
import struct
from dataclasses import dataclass
from typing import Any

from netlib.columns import pad
from netlib.netlink import attributes
from netlib.states.diag import INFO, MEMORY, SOCK_DIAG, dump, open_diag

__all__ = ["States", "TCPInfo", "View", "WatchedSocket", "states", "watch"]

# The kernel's numbers, in order, by its own names (include/net/tcp_states.h).
_STATES = (
    "", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
    "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "SYN_RECV",
)  # fmt: skip
_UDP_STATES = {1: "CONNECTED", 7: "UNCONNECTED"}  # UDP uses two of the numbers for itself
_TIMERS = ("", "retransmission", "keepalive", "time wait", "zero window")
_PROTOCOLS = {"tcp": socket.IPPROTO_TCP, "udp": socket.IPPROTO_UDP}

# struct inet_diag_msg: family, state, timer, how often it went off; ports; addresses;
# interface and cookie; timer (ms), receive queue, send queue, user, inode
_MESSAGE = struct.Struct("=BBBB2s2s16s16s12xIIIII")
_MEMORY = struct.Struct("=32xI")  # of the nine numbers of INET_DIAG_SKMEMINFO, the drops
# struct tcp_info: 8 bytes, then retransmission time-out, delayed ACK, sizes of segments sent
# and received, segments in flight; further on round trip and its deviation, threshold,
# congestion window; all retransmissions
_TCP_INFO = struct.Struct("=8xI4xIII40xIIII16xI")

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class TCPInfo:
    """How a TCP connection is doing (tcp_info in tcp(7)).

    Attributes:
        rto_ms: until a segment that is not acknowledged is sent again.
        send_mss, receive_mss: bytes of a segment.
        unacked: segments in flight; of a listener, connections waiting for accept().
        rtt_ms, rttvar_ms: round trip, as it was measured, and how far it varies (RFC 6298).
        window: congestion window, in segments.
        retransmitted: segments sent again since the connection began.
    """

    rto_ms: float
    send_mss: int
    receive_mss: int
    unacked: int
    rtt_ms: float
    rttvar_ms: float
    window: int
    retransmitted: int


@dataclass(frozen=True, slots=True)
class WatchedSocket:
    """One socket.

    Attributes:
        protocol: "tcp" or "udp".
        state: of TCP as the kernel names it: SYN_RECV is SYN-RECEIVED in RFC 9293, FIN_WAIT1
            FIN-WAIT-1; a UDP socket is CONNECTED or UNCONNECTED.
        receive_queue: bytes that came and were not read; of a listener, connections that wait
            for accept().
        send_queue: bytes that are not acknowledged; of a listener, its backlog.
        timer: what the kernel waits for: "retransmission", "keepalive", "time wait", "zero
            window" or nothing.
        expires_ms: until then.
        retries: how often that timer has gone off already.
        drops: datagrams (or, of a listener, connections) that found no room.
        uid: the user whose it is.
        inode: what /proc/<pid>/fd calls it; 0 if no process has it any more.
        info: of a TCP socket that has a connection, or None.
    """

    protocol: str
    state: str
    local: Address
    peer: Address
    receive_queue: int
    send_queue: int
    timer: str
    expires_ms: int
    retries: int
    drops: int
    uid: int
    inode: int
    info: TCPInfo | None


_HEADINGS = ("protocol", "state", "local", "peer", "unread", "unsent", "timer", "drops")


class States(tuple[WatchedSocket, ...]):
    """The sockets of a host, as they were when asked for; notebooks show them as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<States of {len(self)} socket{'' if len(self) == 1 else 's'}>"

    def __str__(self) -> str:
        rows = (_HEADINGS, *map(_cells, self))
        wide = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS))]
        return "\n".join("  ".join(map(pad, row, wide)).rstrip() for row in rows)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # IPython's own printer of tuples would come before the text of the mime bundle.
        printer.text(str(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        head = "".join(f"<th>{name}</th>" for name in _HEADINGS)
        body = "".join(
            "".join(("<tr>", *(f"<td>{html.escape(cell)}</td>" for cell in _cells(one)), "</tr>"))
            for one in self
        )
        return {"text/plain": str(self), "text/html": f"<table><tr>{head}</tr>{body}</table>"}


class View:
    """The same table, asked for anew whenever it is shown; see watch()."""

    def __init__(self, sock: socket.socket | None, ports: frozenset[int]) -> None:
        self._sock = sock
        self._ports = ports

    def now(self) -> States:
        """Return the sockets as they are. Raises what states() raises."""
        found = states(sock=self._sock)
        if not self._ports:
            return found
        return States(one for one in found if self._ports & {one.local[1], one.peer[1]})

    def __repr__(self) -> str:
        return f"<View of {len(self.now())} sockets>"

    def __str__(self) -> str:
        return str(self.now())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.now()._repr_mimebundle_()


def states(*, sock: socket.socket | None = None) -> States:
    """Return the TCP and UDP sockets, of IPv4 and IPv6, of one host (network namespace).

    Args:
        sock: a netlink socket (AF_NETLINK, SOCK_RAW, protocol 4) that was born on the host to
            look at; without it, the caller's own host. It stays open.

    Raises:
        Unavailable: not on this system; the message says what is missing.
        ValueError: sock is another kind of socket.
        OSError: the kernel refused.
    """
    if sock is None:
        with open_diag() as own:
            return states(sock=own)
    if sock.family != getattr(socket, "AF_NETLINK", None) or sock.proto != SOCK_DIAG:
        raise ValueError(
            f"expected a netlink socket (AF_NETLINK, SOCK_RAW, {SOCK_DIAG}); got {sock}"
        )
    found = []
    for name, protocol in _PROTOCOLS.items():
        for family in (socket.AF_INET, socket.AF_INET6):
            found += [_read(name, message) for message in dump(sock, family, protocol)]
    return States(sorted(found, key=_order))


def watch(*ports: int, sock: socket.socket | None = None) -> View:
    """Return a table that is new whenever it is shown, of the sockets with one of ports."""
    return View(sock, frozenset(ports))


def _read(protocol: str, message: bytes) -> WatchedSocket:
    (
        family, state, timer, retries, port, peer_port, local, peer,
        expires, receive, send, uid, inode,
    ) = _MESSAGE.unpack_from(message)  # fmt: skip
    extra = attributes(message[_MESSAGE.size :])
    memory = extra.get(MEMORY, b"")
    return WatchedSocket(
        protocol,
        _state(protocol, state),
        _address(family, local, port),
        _address(family, peer, peer_port),
        receive,
        send,
        _TIMERS[timer] if timer < len(_TIMERS) else f"timer {timer}",
        expires,
        retries,
        _MEMORY.unpack_from(memory)[0] if len(memory) >= _MEMORY.size else 0,
        uid,
        inode,
        _info(extra.get(INFO, b"")),
    )


def _state(protocol: str, number: int) -> str:
    if protocol == "udp" and number in _UDP_STATES:
        return _UDP_STATES[number]
    return _STATES[number] if number < len(_STATES) else f"state {number}"


def _info(data: bytes) -> TCPInfo | None:
    if len(data) < _TCP_INFO.size:  # TIME-WAIT and SYN-RECEIVED have none
        return None
    rto, send_mss, receive_mss, unacked, rtt, rttvar, _, window, retransmitted = (
        _TCP_INFO.unpack_from(data)
    )
    return TCPInfo(
        rto / 1000, send_mss, receive_mss, unacked, rtt / 1000, rttvar / 1000, window, retransmitted
    )


def _address(family: int, packed: bytes, port: bytes) -> Address:
    size = 4 if family == socket.AF_INET else 16
    return socket.inet_ntop(family, packed[:size]), int.from_bytes(port, "big")


def _order(one: WatchedSocket) -> tuple[object, ...]:
    return one.protocol, one.state != "LISTEN", one.local[1], one.local, one.peer


def _cells(one: WatchedSocket) -> tuple[str, ...]:
    listens = one.state == "LISTEN"
    timer = f"{one.timer} {one.expires_ms / 1000:.1f} s" if one.timer else ""
    return (
        one.protocol,
        one.state,
        _endpoint(one.local),
        _endpoint(one.peer),
        f"{one.receive_queue} to accept" if listens else str(one.receive_queue),
        f"backlog {one.send_queue}" if listens else str(one.send_queue),
        f"{timer}, {one.retries} times" if one.retries else timer,
        str(one.drops),
    )


def _endpoint(address: Address) -> str:
    host, port = address
    return f"{f'[{host}]' if ':' in host else host}:{port or '*'}"
