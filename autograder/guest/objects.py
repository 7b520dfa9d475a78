"""What crosses between guest and judge besides plain values, as the guest has it."""

import array
import builtins
import fcntl
import inspect
import queue
import select
import socket
import termios
import threading
from collections.abc import Callable
from typing import Any

from .pipe import Crowded
from .values import decode, encode

__all__ = ["Carried", "Incoming", "Outgoing", "Puppet"]

Message = dict[str, Any]
Send = Callable[[Message, list[int]], None]


class Carried:
    """The sockets, events, callbacks and objects that judge and guest both know."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._handles: dict[int, Any] = {}
        self._given: dict[int, socket.socket] = {}
        self._events: dict[int, threading.Event] = {}
        self._answers: dict[int, queue.SimpleQueue[Message]] = {}

    def callback(self, number: int) -> Callable[..., Any]:
        """Return a function that asks the judge."""

        def call(*arguments: Any) -> Any:
            answer: queue.SimpleQueue[Message] = queue.SimpleQueue()
            ticket = id(answer)
            self._answers[ticket] = answer
            out = Outgoing(self)
            values = [encode(argument, out.shared) for argument in arguments]
            try:
                self._send({"callback": number, "id": ticket, "args": values}, out.descriptors)
            except Crowded:
                self._send({"id": ticket, "crowded": True}, [])
            message = answer.get()
            if "raised" in message:
                kind = getattr(builtins, message["raised"][0], RuntimeError)
                raise kind(*message["raised"][1])
            return decode(message["value"])

        return call

    def asks(self) -> bool:
        """Tell whether a callback waits for the judge's answer."""
        return bool(self._answers)

    def answered(self, message: Message) -> None:
        """Take the judge's answer to a callback."""
        self._answers.pop(message["id"]).put(message)

    def event(self, number: int) -> threading.Event:
        """Return the event of that number, the same one every time."""
        return self._events.setdefault(number, threading.Event())

    def given(self, token: int, descriptor: int | None, timeout: float | None) -> socket.socket:
        """Return the socket that the judge calls token, with its timeout."""
        if token not in self._given:
            self._given[token] = socket.socket(fileno=descriptor)
        sock = self._given[token]
        sock.settimeout(timeout)
        return sock

    def closed(self) -> list[int]:
        """Return the tokens of given sockets that are closed."""
        given = list(self._given.items())  # another call may add to it
        return [token for token, sock in given if sock.fileno() < 0]

    def unread(self) -> bool:
        """Tell whether a given socket holds what nobody has taken: bytes, or somebody to accept."""
        there = [sock for sock in list(self._given.values()) if sock.fileno() >= 0]
        return any(map(_holds_something, there))

    def keep(self, value: Any) -> Message:
        """Keep an object here and return what names it on the other side."""
        self._handles[number := len(self._handles) + 1] = value
        kinds = {
            "generator": inspect.isgenerator(value),
            "coroutine": inspect.iscoroutine(value),
            "callable": callable(value),
        }
        kind = next((name for name, true in kinds.items() if true), "object")
        return {"handle": number, "kind": kind, "type": type(value).__name__[:80]}

    def handle(self, number: int) -> Any:
        """Return the object that the judge holds a handle of."""
        return self._handles[number]


def _holds_something(sock: socket.socket) -> bool:
    try:
        listens = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        if sock.type == socket.SOCK_STREAM and not listens:
            size = array.array("i", [0])
            fcntl.ioctl(sock, termios.FIONREAD, size)  # the end (FIN) does not count
            return size[0] > 0
        look = select.poll()
        look.register(sock, select.POLLIN)
        return bool(look.poll(0))
    except OSError:  # closed meanwhile
        return False


class Puppet:
    """An object that the judge holds: its methods and attributes ask there."""

    __slots__ = ("_ask", "_attributes", "_methods")

    def __init__(self, ask: Callable[..., Any], methods: list[str], attributes: list[str]) -> None:
        self._ask, self._methods, self._attributes = ask, methods, attributes

    def __getattr__(self, name: str) -> Any:
        if name in self._methods:
            return lambda *arguments: self._ask(name, list(arguments))
        if name in self._attributes:
            return self._ask(name)
        there = ", ".join((*self._methods, *self._attributes))
        raise AttributeError(f"this object has {there}; it has no {name!r}")


class Incoming:
    """Reads the tagged parts of a call: sockets, events, callbacks and handles."""

    def __init__(self, carried: Carried, descriptors: list[int]) -> None:
        self._carried = carried
        self._descriptors: list[int | None] = list(descriptors)

    def special(self, data: Message) -> Any:
        match data:
            case {"socket": token, "timeout": timeout}:
                descriptor = None
                if (index := data.get("descriptor")) is not None:
                    descriptor, self._descriptors[index] = self._descriptors[index], None
                return self._carried.given(token, descriptor, timeout)
            case {"event": number}:
                return self._carried.event(number)
            case {"callback": number}:
                return self._carried.callback(number)
            case {"puppet": number, "methods": methods, "attributes": attributes}:
                return Puppet(self._carried.callback(number), methods, attributes)
            case {"handle": number}:
                return self._carried.handle(number)
        raise ValueError(f"no value: {data}")

    def unused(self) -> list[int]:
        return [descriptor for descriptor in self._descriptors if descriptor is not None]


class Outgoing:
    """Writes sockets as descriptors beside the message, and the rest as handles."""

    def __init__(self, carried: Carried) -> None:
        self._carried = carried
        self.descriptors: list[int] = []
        self._moved: list[socket.socket] = []

    def shared(self, value: Any) -> Message:
        """A socket that the learner's code goes on using."""
        if not isinstance(value, socket.socket) or value.fileno() < 0:  # closed: it cannot cross
            return self._carried.keep(value)
        self.descriptors.append(value.fileno())
        return {"socket": len(self.descriptors) - 1, "timeout": value.gettimeout()}

    def moved(self, value: Any) -> Message:
        """A socket that is handed over: the judge's copy is then the only one."""
        if isinstance(value, socket.socket):
            self._moved.append(value)
        return self.shared(value)

    def release(self) -> None:
        for sock in self._moved:
            sock.close()
