"""What crossed a network, as values: who sent what to whom, and what the network did to it.

Relays and rules record these values, ladders draw them. Nothing here touches a socket.
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Event", "Fate", "Message", "Note", "summary"]

Fate = Literal["delivered", "lost", "duplicate", "late", "truncated", "corrupted", "forged"]
"""What the network did. late: a message that was sent afterwards arrived first."""

_SHOWN = 12  # bytes that fit on one arrow of a ladder with two columns


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as one endpoint sent it to another.

    Attributes:
        sender: name of an endpoint, as the ladder's columns are named.
        label: what a ladder writes on the arrow.
        data: the bytes that were delivered, or that would have been.
        time: seconds since the recording began.
    """

    sender: str
    receiver: str
    label: str
    data: bytes = field(default=b"", repr=False)
    fate: Fate = "delivered"
    time: float = 0.0


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened at one endpoint without a message.

    Attributes:
        at: name of the endpoint.
        joined: a ladder writes it on the row of the event before, instead of on its own.
    """

    at: str
    text: str
    joined: bool = False


Event = Message | Note


def summary(data: bytes) -> str:
    """Return a short label for data: its size, then its text if it is text, else its hex."""
    head = data[:_SHOWN]
    try:
        text = data.decode() if len(data) <= 3 * _SHOWN else ""
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return f"{len(data)} B: {text}"
    more = " …" if len(data) > _SHOWN else ""
    return f"{len(data)} B: {head.hex(' ')}{more}" if data else "0 B"
