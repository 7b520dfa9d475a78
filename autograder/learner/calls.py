"""A call of the learner's code that is under way, and how it ended."""

import socket
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.clock import CLOCK, Moment
from autograder.deadlines import CALL_S

__all__ = ["Call", "Callee"]


class Callee(Protocol):
    """The process that a call runs in, as far as the call knows it: see `process.Process`."""

    def post(self, message: dict[str, Any]) -> None:
        """Send a message."""

    def pump(self, deadline: Moment, call: "Call", within: float) -> None:
        """Handle one message."""

    def value_of(self, call: "Call") -> Any:
        """Return the value in a call's reply, or raise what it describes."""

    def start_path(
        self,
        target: str | int,
        path: tuple[str, ...],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        read: bool = False,
        keep: bool = False,
    ) -> "Call":
        """Begin a call of a name or handle, through attributes."""


@dataclass(slots=True)
class Call:
    """A call under way. `result` waits for it.

    Attributes:
        unclosed: sockets that the call made and left unclosed; known when it has ended.
        closed: sockets that it was given and has closed; known when it has ended.
        waited: whether it has waited for anything; known when it has ended.
    """

    process: Callee
    number: int
    started: float
    ended: float = 0.0
    reply: dict[str, Any] | None = None
    descriptors: list[int] | None = None
    unclosed: int = 0
    closed: tuple[int, ...] = ()
    waited: bool = True

    def result(self, within: float = CALL_S) -> Any:
        """Return the value, waiting at most within seconds from now.

        Raises Raised, Hang (the process is then killed) or Gone.
        """
        return self.result_by(CLOCK.limit(within), CLOCK.paced(within))

    def result_by(self, deadline: Moment, within: float) -> Any:
        """The same, where the wait has begun already and ends at deadline; within says how long
        it is then."""
        while self.reply is None:
            self.process.pump(deadline, self, within)
        return self.process.value_of(self)

    def has_closed(self, sock: socket.socket) -> bool:
        """Return whether the call closed a socket that it was given."""
        return id(sock) in self.closed
