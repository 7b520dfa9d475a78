"""What can be recorded: a message from one endpoint to another, or a note at one of them."""

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Address", "Event", "Fate", "Message", "Note", "Step"]

Address = tuple[str, int]

Fate = Literal["delivered", "lost", "duplicate", "late", "truncated", "corrupted", "forged"]
"""What the network did. late: a message that was sent afterwards arrived first."""

Step = Literal["datagram", "open", "data", "end", "reset"]
"""A datagram of UDP; of TCP: a connection begins (SYN), bytes, FIN, RST."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, as one endpoint sent it to another.

    Attributes:
        sender: name of an endpoint, as the ladder's columns are named.
        label: what a ladder writes on the arrow.
        data: the bytes that were delivered, or that would have been.
        time: seconds since the recording began, when it was delivered or lost.
        sent: seconds since the recording began, when it was sent; None: at that time.
        faults: what the schedule says of it, such as "delay 2 50ms"; "" if nothing.
        source, destination: where the wire saw it leave and arrive, if that is known.
    """

    sender: str
    receiver: str
    label: str
    data: bytes = field(default=b"", repr=False)
    fate: Fate = "delivered"
    time: float = 0.0
    step: Step = "datagram"
    sent: float | None = field(default=None, repr=False)
    faults: str = field(default="", repr=False)
    source: Address | None = field(default=None, repr=False)
    destination: Address | None = field(default=None, repr=False)


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
