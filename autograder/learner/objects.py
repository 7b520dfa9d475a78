"""What crosses between judge and guest besides plain values, as the judge has it.

A message may claim anything of the descriptors that came beside it, so each is looked at,
and taken at most once; what nobody takes is closed.
"""

import socket
from collections.abc import Callable, Iterator
from typing import Any

from autograder.guest.pipe import drop
from autograder.learner.calls import Callee
from autograder.learner.handles import Event, Handle, Puppet
from netlib.columns import clean

__all__ = ["Incoming", "Outgoing"]

_FAMILIES = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)


class Outgoing:
    """What has been handed to the learner's side: sockets, and functions that it may call."""

    def __init__(self, numbers: Iterator[int]) -> None:
        self._numbers = numbers
        self._sent: dict[int, socket.socket] = {}
        self.callbacks: dict[int, Callable[..., Any]] = {}

    def write(self, value: Any, descriptors: list[int]) -> dict[str, Any]:
        """Return what stands for a value; a socket that is new there adds to descriptors."""
        if isinstance(value, socket.socket):
            data = {"socket": id(value), "timeout": value.gettimeout()}
            if id(value) not in self._sent:
                self._sent[id(value)] = value  # kept, so that the id stays its own
                data["descriptor"] = len(descriptors)
                descriptors.append(value.fileno())
            return data
        if isinstance(value, Event):
            return {"event": value.number}
        if isinstance(value, Handle):
            return {"handle": value.number}
        if isinstance(value, Puppet):
            self.callbacks[number := next(self._numbers)] = value.answer
            return {"puppet": number, "methods": value.methods, "attributes": value.attributes}
        if callable(value):
            self.callbacks[number := next(self._numbers)] = value
            return {"callback": number}
        raise TypeError(f"a {type(value).__name__} does not cross the pipe")


class Incoming:
    """The tagged parts of one message from the learner's side."""

    def __init__(
        self, process: Callee, descriptors: list[int], received: list[socket.socket]
    ) -> None:
        """received gets the sockets that are taken: the process's to close."""
        self._process, self._received = process, received
        self._left = dict(enumerate(descriptors))

    def read(self, data: dict[str, Any]) -> Any:
        """Return what a tagged object stands for; raises for what is none, as decode does."""
        match data:
            case {"socket": int(index), "timeout": timeout}:
                sock = _socket(self._left.pop(index))
                self._received.append(sock)
                sock.settimeout(None if timeout is None else float(timeout))
                return sock
            case {"handle": int(number), "kind": str(kind), "type": str(name)}:
                return Handle(self._process, number, clean(kind[:20]), clean(name[:80]))
        raise ValueError("a tag that is no value")

    def drop(self) -> None:
        """Close the descriptors that nobody took."""
        drop(self._left.values())
        self._left.clear()


def _socket(descriptor: int) -> socket.socket:
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError:  # it is no socket
        drop([descriptor])
        raise
    if sock.family not in _FAMILIES or sock.type not in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        drop([sock.detach()])
        raise ValueError("a socket of a family that no exercise asks for")
    return sock
