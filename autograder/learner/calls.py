"""What a rule holds of a call or an object that lives on the learner's side."""

import os
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.text.story import Failed
from autograder.text.wording import Text

if TYPE_CHECKING:
    from autograder.learner.process import Subject

__all__ = [
    "ALL_LOAD_S",
    "CALL_S",
    "LOAD_S",
    "PATIENCE",
    "REST_S",
    "Call",
    "Event",
    "Handle",
    "Puppet",
]

PATIENCE = float(os.environ.get("LIVE_SOCKETS_PATIENCE", "1"))
"""Stretches every deadline of the judge on a slow machine."""

CALL_S = 1.4 * PATIENCE
"""Seconds after which a call that should have returned counts as hanging."""

LOAD_S = 1.0 * PATIENCE
"""Seconds that one cell may take to load."""


ALL_LOAD_S = 3.0 * PATIENCE
"""Seconds that all cells together may take to load."""

REST_S = 0.5 * PATIENCE
"""Seconds after which a call that never rests is taken to be at work."""


class Event:
    """A threading.Event on the learner's side that only we set."""

    def __init__(self, subject: "Subject", number: int) -> None:
        self._subject, self.number = subject, number

    def set(self) -> None:
        """Set it."""
        self._subject.post({"op": "set", "event": self.number})


class Puppet:
    """An object of ours for the learner's code to use: what it is asked and told stays here."""

    def __init__(
        self, name: str, target: Any, methods: tuple[str, ...], attributes: tuple[str, ...]
    ) -> None:
        """name is what the story calls it; nothing but these methods and attributes is there."""
        self.name, self._target = name, target
        self.methods, self.attributes = methods, attributes

    def answer(self, name: Any, arguments: Any = None) -> Any:
        """Return an attribute, or what a method returns for a list of arguments."""
        if arguments is None and name in self.attributes:
            return getattr(self._target, name)
        if type(arguments) is list and name in self.methods:
            return getattr(self._target, name)(*arguments)
        raise AttributeError(f"{self.name} has {', '.join(self.methods + self.attributes)}")


class Handle:
    """An object that stays on the learner's side.

    Attributes:
        kind: "generator", "coroutine", "callable" or "object".
    """

    def __init__(self, subject: "Subject", number: int, kind: str, type_name: str) -> None:
        self._subject, self.number, self.kind, self.type_name = subject, number, kind, type_name

    def start(self, method: str, *args: Any, **kwargs: Any) -> "Call":
        """Begin a call of a method."""
        return self._subject.start_path(self.number, (method,), args, kwargs)

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method and return its value."""
        return self.start(method, *args, **kwargs).result()

    def read(self, attribute: str) -> Any:
        """Return the value of an attribute."""
        return self._subject.start_path(self.number, (attribute,), (), {}, read=True).result()

    def __repr__(self) -> str:
        return f"<{self.type_name} {self.kind}>"

    # A rule that takes a handle for a value shows that the learner's code gave the wrong
    # thing: that is the learner's failure, not a fault of the rule.

    def __bool__(self) -> bool:
        raise self._failure()

    def __eq__(self, other: object) -> bool:
        raise self._failure()

    def __hash__(self) -> int:
        raise self._failure()

    def _failure(self) -> Failed:
        return Failed(Text("a plain value", "一个普通的值"), Text.of(repr(self)))


@dataclass(slots=True)
class Call:
    """A call under way. `result` waits for it.

    Attributes:
        unclosed: sockets that the call made and left unclosed; known when it has ended.
        closed: sockets that it was given and has closed; known when it has ended.
    """

    subject: "Subject"
    number: int
    started: float
    ended: float = 0.0
    reply: dict[str, Any] | None = None
    descriptors: list[int] | None = None
    unclosed: int = 0
    closed: tuple[int, ...] = ()

    def result(self, within: float = CALL_S) -> Any:
        """Return the value, waiting at most within seconds from now.

        Raises Raised, Hang (the process is then killed) or Gone.
        """
        deadline = time.monotonic() + within
        while self.reply is None:
            self.subject.pump(deadline, self, within)
        return self.subject.value_of(self)

    def has_closed(self, sock: socket.socket) -> bool:
        """Return whether the call closed a socket that it was given."""
        return id(sock) in self.closed
