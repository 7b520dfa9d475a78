"""Frames, and how a stream of them comes: what rules of chapters 13 and 13b need."""

import re
from collections.abc import Callable
from typing import Any

from autograder.network import Learner, Lent, Reply, Steps, Stream
from autograder.rules.common import PEER, ends, named
from autograder.text import such

__all__ = [
    "BUFFER",
    "CUTS",
    "ENDS",
    "IS_REFUSED",
    "IS_SHORT",
    "LARGE",
    "RESETS",
    "frame",
    "frames_in",
    "header",
    "reading",
    "signed",
]

BUFFER = 16_384  # bytes, where a send is to be short
LARGE = 1 << 20  # bytes
CUTS = ("split every 1", "delay 2 20ms; split 2")
"""One byte at a time; in two pieces, the second of which is late."""
ENDS, RESETS = ends(7), ("reset 0", "reset 2", "reset 6")
"""Of seven bytes: a frame with a payload of three."""

IS_SHORT = such(Exception, lambda got: "requires a buffer of 4 bytes" in str(got))
"""The sign of what struct says of a header that has not come whole."""

IS_REFUSED = named("FrameError")


def signed(steps: Steps, name: str) -> Callable[[Any], str | None]:
    """Return evidence where a length was read that is negative to who reads it as signed: the
    source tells."""
    minds = re.search(r"[\"'][!>]?[hilq][\"']|signed\s*=\s*True", steps.source.of([name]))
    return lambda _: "TXT-06" if minds else None


def header(size: int) -> bytes:
    """Return the header of a frame with a payload of size bytes."""
    return size.to_bytes(4, "big")


def frame(payload: bytes) -> bytes:
    """Return payload as a frame of the chapter."""
    return header(len(payload)) + payload


def frames_in(stream: bytes) -> list[bytes]:
    """Return the payloads of the frames that are complete in the beginning of a stream."""
    payloads = []
    while len(stream) >= 4 and len(stream) >= (end := 4 + int.from_bytes(stream[:4], "big")):
        payloads.append(stream[4:end])
        stream = stream[end:]
    return payloads


def reading(
    learner: Learner, steps: Steps, name: str, data: bytes, *size: int, timeout: float | None = None
) -> tuple[Lent, Stream, Reply]:
    """Call name(sock, *size) on a new connection with that timeout, and let the peer send data."""
    lent, peer = steps.tcp.connection(PEER, timeout=timeout)
    reply = learner.start(name, lent, *size)
    peer.send(data)
    return lent, peer, reply
