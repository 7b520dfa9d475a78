"""Many clients at once, for a server of one's own, and servers compared under the same load.

The clients live in a process of their own, so that they take no time from the server's Python;
`compare` puts each server in another one, and counts the processor time that it needs.
`own` finds the reader's servers of other chapters; `threads`, `protocol` and `greenlets` are there
to compare them with.
"""

from netlib.swarm.comparison import Comparison, Row, compare
from netlib.swarm.known import greenlets, own, protocol, threads
from netlib.swarm.swarm import Counts, Load, Swarm

__all__ = [
    "Comparison",
    "Counts",
    "Load",
    "Row",
    "Swarm",
    "compare",
    "greenlets",
    "own",
    "protocol",
    "threads",
]
