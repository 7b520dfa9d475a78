"""Live panels for a notebook: a chat of a few people, a dashboard of numbers, a growing ladder,
a picture with knobs, a frame to open, a server in one thread and its clients, an address and its
prefix length, sockets that bind.

A panel runs the functions that it is given in threads of its own: one that is slow, that hangs
or raises is told of in a sentence, and neither the page nor the kernel waits for it. What a
panel shows it can also print: str(panel). Widgets need ipywidgets; the text form does not.
"""

from netlib.panels.chat import ChatPanel
from netlib.panels.dashboard import Dashboard
from netlib.panels.knobs import Knobs
from netlib.panels.ladder import LiveLadder
from netlib.panels.onion import Onion
from netlib.panels.ports import PortsPanel
from netlib.panels.prefix import PrefixPanel
from netlib.panels.select_panel import SelectPanel

__all__ = [
    "ChatPanel",
    "Dashboard",
    "Knobs",
    "LiveLadder",
    "Onion",
    "PortsPanel",
    "PrefixPanel",
    "SelectPanel",
]
