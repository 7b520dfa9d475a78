"""Live panels for a notebook: a chat of two people, and a dashboard of numbers.

A panel runs the functions that it is given in threads of its own: one that is slow, that hangs
or raises is told of in a sentence, and neither the page nor the kernel waits for it. What a
panel shows it can also print: str(panel). Widgets need ipywidgets; the text form does not.
"""

from netlib.panels.chat import ChatPanel
from netlib.panels.dashboard import Dashboard

__all__ = ["ChatPanel", "Dashboard"]
