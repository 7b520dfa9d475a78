"""Many clients at once, for a server of one's own, and servers compared under the same load.

The clients live in a process of their own, so that they take no time from the server's Python;
`compare` puts each server in another one, and counts the processor time that it needs.
"""

from netlib.swarm.comparison import Comparison, Row, compare
from netlib.swarm.swarm import Counts, Load, Swarm

__all__ = ["Comparison", "Counts", "Load", "Row", "Swarm", "compare"]
