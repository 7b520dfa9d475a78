"""How long a ladder of ten thousand messages takes, and how large it is.

Ratios against the same ladder's ten messages. `python bench/bench_ladder.py [messages]`.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from netlib.labels import label
from netlib.ladder import Ladder
from netlib.trace import Message

REPETITIONS = 5


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    few, many = _transfer(10), _transfer(count)
    print(f"a ladder of {count:,} messages, 1 in 100 lost, 1 in 100 late; median of {REPETITIONS}")
    for name, read in (
        ("text", str),
        ("picture", Ladder.svg),
        ("words", Ladder.alternative),
        ("all, as a notebook asks", Ladder._repr_mimebundle_),
    ):
        short, long = _measured(read, few), _measured(read, many)
        size = len(read(many)) if name != "all, as a notebook asks" else 0
        characters = f"   {size:,} characters" if size else ""
        print(f"  {name:24} {long * 1000:6.0f} ms, {long / short:5.1f} times ten's{characters}")
    began = time.perf_counter()
    for event in many.events:
        assert isinstance(event, Message)
        label(event.data)
    print(f"  labels                   {(time.perf_counter() - began) / count * 1e6:6.1f} µs each")


def _transfer(count: int) -> Ladder:
    """Return a download of TFTP, block after block."""
    events = []
    for i in range(count):
        block = (i // 2 + 1).to_bytes(4, "big")[2:]
        data = b"\0\4" + block if i % 2 else b"\0\3" + block + bytes(512)
        ends = ("client", "server") if i % 2 else ("server", "client")
        fate: Any = "lost" if i % 100 == 50 else "late" if i % 100 == 80 else "delivered"
        sent = i * 0.001 - (0.01 if fate == "late" else 0)
        events.append(Message(*ends, label(data), data, fate, i * 0.001, sent=sent))
    return Ladder(events, mark=count // 2)


def _measured(read: Callable[[Ladder], Any], ladder: Ladder) -> float:
    times = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        read(ladder)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
