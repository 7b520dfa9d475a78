"""Recordings of demonstrations on a LAN, for machines that allow none.

with instead("ch05b-found"), Lan("192.0.2.0/24") as lan:
    ...
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from netlib.capture import Frames, recorded
from netlib.errors import Unavailable

__all__ = ["instead", "recording"]

_HERE = Path(__file__).parent


@contextlib.contextmanager
def instead(name: str) -> Iterator[None]:
    """Let a demonstration run; where this machine has no namespaces for it, say so in a sentence,
    print the frames that were recorded elsewhere, and go on."""
    try:
        yield
    except Unavailable as missing:
        print(missing)
        print(recorded(_HERE / f"{name}.pcapng"))


def recording(name: str) -> Frames:
    """Return the frames of a recording, for cells that go on with what a demonstration caught."""
    return recorded(_HERE / f"{name}.pcapng")
