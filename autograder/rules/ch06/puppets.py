"""Machines of ours for the learner's drive to move: they record what is done with them."""

import time

from autograder.network import Packets, UDPPeer
from autograder.rules.tftp import Address

__all__ = ["Endless", "Puppet"]


class Puppet:
    """A machine that takes any packet but b"noise" from its peer and answers it, the last twice.

    Attributes:
        sock: what to lend to drive.
        done, error, progress: as every machine has them.
        fed: what feed was given.
        resends: how often on_timeout was called.
        moved: time.time() when progress changed.
    """

    def __init__(
        self,
        sock: UDPPeer,
        peer: Address,
        *,
        ends_at: int = 0,
        fails_at: int = 0,
        step: int = 1,
    ) -> None:
        """It is done, or in error, after so much progress; never if that is 0."""
        self.sock, self._peer = sock, peer
        self._ends_at, self._fails_at, self._step = ends_at, fails_at, step
        self.done, self.progress, self.resends, self.moved = False, 0, 0, 0.0
        self.error: tuple[int, str] | None = None
        self.fed: list[tuple[bytes, Address]] = []

    def start(self) -> Packets:
        """Return the first packet."""
        return [(b"begin", self._peer)]

    def on_timeout(self) -> Packets:
        """Return what to send after silence."""
        self.resends += 1
        return [(b"again", self._peer)]

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Record a packet; answer it."""
        self.fed.append((packet, address))
        if address != self._peer:
            return [(b"who?", address)]
        if packet == b"noise":
            return []
        self.progress += self._step
        self.moved = time.time()
        self.done = 0 < self._ends_at <= self.progress
        if 0 < self._fails_at <= self.progress:
            self.error = 1, "no"
        replies = [(b"got %d" % self.progress, address)]
        return [*replies, (b"bye", address)] if self.done or self.error else replies


class Endless(Puppet):
    """A machine that nothing moves."""

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Record a packet, and nothing more."""
        self.fed.append((packet, address))
        return []
