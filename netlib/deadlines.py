"""How long anything waits for what should come at once: every limit of netlib, in one place.

On a slow or loaded machine `LIVE_SOCKETS_PATIENCE=3` makes all of them three times as long, and
those of the autograder and of the tests, too. A limit ends a wait for what will not come; no
result depends on it. Pauses and pictures' refresh rates are no limits, and stand where they are.
"""

import os

__all__ = [
    "CAPTURE_S",
    "HELPER_S",
    "LAST_WORDS_S",
    "PATIENCE",
    "SERVER_S",
    "WATCHER_S",
    "stretched",
]


def _patience(text: str) -> float:
    try:
        patience = float(text)
    except ValueError:
        patience = 0.0
    if not 0 < patience < 1000:
        raise ValueError(f"expected LIVE_SOCKETS_PATIENCE to be a number such as 3; got {text!r}")
    return patience


PATIENCE = _patience(os.environ.get("LIVE_SOCKETS_PATIENCE") or "1")


def stretched(seconds: float) -> float:
    """Return how long that is on this machine."""
    return seconds * PATIENCE


SERVER_S = stretched(2)
"""For a server that runs beside a notebook to return after stop.set()."""

CAPTURE_S = stretched(5)
"""For frames that are waited for."""

HELPER_S = stretched(10)
"""For the helper process of a LAN to answer, and for a new cable to carry."""

WATCHER_S = stretched(5)
"""For the process that watches an attempt, which should need none."""

LAST_WORDS_S = stretched(0.5)
"""For a function that hangs to say where."""
