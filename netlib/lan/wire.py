"""A cable in user space, which loses, delays and throttles what it carries.

The kernel's own (netem) is often absent, and never loses the same frames twice. Two packet
sockets are the two ends. It runs as a file, in an interpreter of its own, so that a busy
notebook does not slow it; each direction draws from a generator with a seed of its own.
"""

import json
import random
import select
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field

__all__ = ["Direction", "carry"]

_FRAME_BYTES = 65536
_QUEUE_S = 0.2
"""A frame that would have to wait longer than this for those before it is dropped."""


@dataclass(slots=True)
class Direction:
    """What happens to the frames of one direction; times are seconds of one clock.

    Attributes:
        loss: share of frames that are lost, 0 to 1.
        delay_s: how long the way takes.
        rate_bps: bits a second; 0 means that nothing is throttled.
        under_way: frames and when they arrive, in order.
    """

    loss: float
    delay_s: float
    rate_bps: float
    dice: random.Random
    under_way: deque[tuple[float, bytes]] = field(default_factory=deque)
    free_at: float = 0.0

    def send(self, frame: bytes, now: float) -> None:
        """Put a frame on the cable, unless it is lost or the queue before it is full."""
        if self.dice.random() < self.loss:
            return
        start = max(now, self.free_at)
        if start - now > _QUEUE_S:
            return
        self.free_at = start + (len(frame) * 8 / self.rate_bps if self.rate_bps else 0.0)
        self.under_way.append((self.free_at + self.delay_s, frame))

    def arrived(self, now: float) -> list[bytes]:
        """Take off what has arrived by now."""
        found = []
        while self.under_way and self.under_way[0][0] <= now:
            found.append(self.under_way.popleft()[1])
        return found


def carry(
    ends: tuple[socket.socket, socket.socket], directions: list[Direction], stop: list[int]
) -> None:
    """Carry frames between the two ends until a descriptor of stop becomes readable."""
    ways = {ends[0]: (directions[0], ends[1]), ends[1]: (directions[1], ends[0])}
    while True:
        waiting = [way.under_way[0][0] for way, _ in ways.values() if way.under_way]
        timeout = max(min(waiting) - time.monotonic(), 0) if waiting else None
        watched = [*stop, *(end.fileno() for end in ends)]
        ready, _, _ = select.select(watched, [], [], timeout)
        if any(descriptor in ready for descriptor in stop):
            return
        for end, (way, other) in ways.items():
            if end.fileno() in ready:
                _take(end, way)
            for frame in way.arrived(time.monotonic()):
                _put(other, frame)


def _take(end: socket.socket, way: Direction) -> None:
    try:
        while True:
            way.send(end.recv(_FRAME_BYTES), time.monotonic())
    except OSError:  # nothing more for now (EAGAIN), or the interface is down (ENETDOWN)
        return


def _put(end: socket.socket, frame: bytes) -> None:
    try:
        end.send(frame)
    except OSError:  # a frame that cannot go on is lost, as on any cable
        return


def main() -> None:
    """Run with the descriptors of two packet sockets and of what ends it, and the faults."""
    first, second, *stop = map(int, sys.argv[1:-1])
    options = json.loads(sys.argv[-1])
    ends = socket.socket(fileno=first), socket.socket(fileno=second)
    for end in ends:
        end.setblocking(False)
    seed = options.pop("seed")
    ways = [Direction(**options, dice=random.Random(f"{seed} {at}")) for at in range(2)]
    carry(ends, ways, stop)


if __name__ == "__main__":
    main()
