"""Machines of ours for the learner's drive to move: they record what is done with them."""

import time
from dataclasses import dataclass, field

from autograder.network import Packets
from autograder.rules.tftp import Address

__all__ = ["AtOnce", "Endless", "Puppet"]


@dataclass
class Puppet:
    """A machine that takes any packet but b"noise" from its peer and answers it, but b"hush"; the
    last twice.

    Attributes:
        ends_at, fails_at: it is done, or in error, after so much progress; never if that is 0.
        step: how much progress one packet brings.
        peer: the address of its peer.
        done, error, progress: as every machine has them.
        fed: what feed was given.
        resends: how often on_timeout was called.
        moved: time.time() when progress changed.
    """

    ends_at: int = 0
    fails_at: int = 0
    step: int = 1
    peer: Address = ("", 0)
    done: bool = False
    error: tuple[int, str] | None = None
    progress: int = 0
    fed: list[tuple[bytes, Address]] = field(default_factory=list)
    resends: int = 0
    moved: float = 0.0

    def start(self) -> Packets:
        """Return the first packet."""
        return [(b"begin", self.peer)]

    def on_timeout(self) -> Packets:
        """Return what to send after silence."""
        self.resends += 1
        return [(b"again", self.peer)]

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Record a packet; answer it."""
        self.fed.append((packet, address))
        if address != self.peer:
            return [(b"who?", address)]
        if packet == b"noise":
            return []
        self.progress += self.step
        self.moved = time.time()
        self.done = 0 < self.ends_at <= self.progress
        if 0 < self.fails_at <= self.progress:
            self.error = 1, "no"
        replies = [] if packet == b"hush" else [(b"got %d" % self.progress, address)]
        return [*replies, (b"bye", address)] if self.done or self.error else replies


class Endless(Puppet):
    """A machine that nothing moves."""

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Record a packet, and nothing more."""
        self.fed.append((packet, address))
        return []


class AtOnce(Puppet):
    """A machine that is done, or in error if fails_at is not 0, with its first packet."""

    def start(self) -> Packets:
        """Return the first packet, which is the last."""
        if self.fails_at:
            self.error = 1, "no"
        else:
            self.done = True
        return super().start()
