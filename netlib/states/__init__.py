"""The kernel's view of the sockets of a host: states, timers, queues, counters. Linux only.

states() is what `ss -tuanoi` shows, counters() what `nstat -az` shows, as values.
"""

from netlib.states.counters import COUNTERS, Counters, counters, read_counters
from netlib.states.sockets import States, TCPInfo, View, WatchedSocket, states, watch

__all__ = [
    "COUNTERS",
    "Counters",
    "States",
    "TCPInfo",
    "View",
    "WatchedSocket",
    "counters",
    "read_counters",
    "states",
    "watch",
]
