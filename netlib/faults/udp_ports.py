"""The sockets of a UDP relay: one behind it for every client, one before it for every peer.

Only for udp_relay.py, which decides what happens to the datagrams that arrive here.
"""

import contextlib
import socket
from collections.abc import Callable

from netlib.faults import diag
from netlib.faults.loop import READ, Loop
from netlib.schedule.grammar import LARGEST
from netlib.trace import Address

__all__ = ["Ports"]

_BUFFER = 4 << 20  # bytes asked of the kernel, so that the relay itself loses nothing
_BATCH = 64  # datagrams read from one socket before the others have their turn
_MOST = 200  # sockets of each sort; the oldest is closed first, as a NAT forgets
_ERROR_OPTIONS = {  # IP_RECVERR and IPV6_RECVERR of Linux, see ip(7) and ipv6(7)
    socket.AF_INET: (socket.IPPROTO_IP, 11),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 25),
}
_ERROR_QUEUE = getattr(socket, "MSG_ERRQUEUE", None)

Arrive = Callable[[bytes, bool, Address, Address], None]


class Ports:
    """Everything that a relay between clients and target has open.

    Args:
        front: the socket that stands for the target; it is closed with the rest.
        far_host: where the sockets behind the relay are bound.
        arrive: called with data, whether it is a reply, the client, and the peer behind.
    """

    def __init__(
        self, front: socket.socket, target: Address, far_host: str, loop: Loop, arrive: Arrive
    ) -> None:
        self.target, self.loop, self.arrive = target, loop, arrive
        self.family, self.near_host, self.far_host = front.family, front.getsockname()[0], far_host
        self.fronts: dict[Address, socket.socket] = {}  # by peer, the target's own first
        self.bound: dict[Address, Address] = {}  # what these are bound to, closed ones too
        self.behinds: dict[Address, socket.socket] = {}  # by client, the oldest first
        self.refused: set[Address] = set()  # peers that nobody listens at
        self.strangers: dict[str, socket.socket] = {}  # by host
        self._add_front(target, front)
        if diag.bound(target) is False:
            self._refuse(target)

    def close(self) -> None:
        """Close them all."""
        for socks in (self.fronts, self.behinds, self.strangers):
            for sock in socks.values():
                sock.close()

    def front(self, peer: Address) -> socket.socket:
        """Return the socket that stands for peer before the relay."""
        if peer in self.refused:
            self._reopen(peer)
        if peer not in self.fronts:
            if len(self.fronts) > _MOST:
                self._forget(list(self.fronts)[1])
            self._add_front(peer, self._open(self.near_host))
        return self.fronts[peer]

    def behind(self, client: Address) -> socket.socket:
        """Return the socket that stands for client behind the relay."""
        if client not in self.behinds:
            if len(self.behinds) >= _MOST:
                oldest = self.behinds.pop(next(iter(self.behinds)))
                self.loop.forget(oldest)
                oldest.close()
            self.behinds[client] = self._open(self.far_host)
            self._watch_behind(self.behinds[client], client)
        return self.behinds[client]

    def stranger(self, host: str, answered: Callable[[socket.socket], None]) -> socket.socket:
        """Return the third port of a host; answered is called if something comes to it."""
        if host not in self.strangers:
            sock = self.strangers[host] = self._open(host)
            self.loop.watch(sock, READ, lambda events: answered(sock))
        return self.strangers[host]

    def _open(self, host: str, port: int = 0) -> socket.socket:
        sock = socket.socket(self.family, socket.SOCK_DGRAM)
        try:
            sock.bind((host, port))
            sock.setblocking(False)
        except BaseException:
            sock.close()
            raise
        return sock

    def _add_front(self, peer: Address, front: socket.socket) -> None:
        front.setblocking(False)
        front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self.fronts[peer], self.bound[peer] = front, front.getsockname()

        def ready(events: int) -> None:
            for _ in range(_BATCH):
                try:
                    data, client = front.recvfrom(LARGEST)
                except OSError:  # nothing more; or it was closed meanwhile
                    return
                self.arrive(data, False, client, peer)

        self.loop.watch(front, READ, ready)

    def _watch_behind(self, sock: socket.socket, client: Address) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        if _ERROR_QUEUE is not None:
            sock.setsockopt(*_ERROR_OPTIONS[self.family], 1)

        def ready(events: int) -> None:
            for _ in range(_BATCH):
                try:
                    data, peer = sock.recvfrom(LARGEST)
                except BlockingIOError:
                    break
                except OSError:  # ICMP's answer to an earlier one; others may be waiting
                    continue
                self.arrive(data, True, client, peer)
            self._read_errors(sock)

        self.loop.watch(sock, READ, ready)

    def _forget(self, peer: Address) -> None:
        front = self.fronts.pop(peer)
        self.bound.pop(peer)
        self.refused.discard(peer)
        self.loop.forget(front)
        front.close()

    def _read_errors(self, sock: socket.socket) -> None:
        """Close the front of every peer from which ICMP said "port unreachable"."""
        while _ERROR_QUEUE is not None:
            try:
                _, _, _, peer = sock.recvmsg(0, 512, _ERROR_QUEUE)
            except OSError:  # no more errors; or it was closed meanwhile
                return
            if peer in self.fronts and diag.bound(peer) is False:
                self._refuse(peer)

    def _refuse(self, peer: Address) -> None:
        """Let the kernel answer for peer: "port unreachable", until somebody is there again."""
        if peer in self.refused:
            return
        self.refused.add(peer)
        self.loop.forget(self.fronts[peer])
        # To itself: it keeps its port, and nothing from anybody else is meant for it.
        self.fronts[peer].connect(self.bound[peer])
        if peer == self.target:
            self.loop.poll(self._is_back)

    def _is_back(self) -> bool:
        if self.target in self.refused and diag.bound(self.target) is False:
            return False
        self._reopen(self.target)
        return True

    def _reopen(self, peer: Address) -> None:
        if peer not in self.refused:
            return
        self.refused.discard(peer)
        self.fronts[peer].close()
        with contextlib.suppress(OSError):  # somebody took the port in between: it stays closed
            self._add_front(peer, self._open(*self.bound[peer][:2]))
