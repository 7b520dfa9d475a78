"""Which host this code is on, and how every new Python socket comes to be made there.

The current host is a context variable: each thread and each task has its own. A socket keeps
the network in which it was made, so only its making has to be led: `socket.socket.__init__`
is wrapped, and with it all that is built on it (asyncio, http.server, urllib, ssl). Threads
start on the host of who starts them, executors work on the host of who submits, and names
are those of the LAN. What C code makes by itself, and `subprocess`, is not led.
"""

import concurrent.futures
import contextvars
import functools
import ipaddress
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["Place", "current", "enter", "lead", "leave"]


class Place(Protocol):
    """What a host must offer for code to be on it."""

    def new_socket(self, family: int, kind: int, protocol: int) -> int:
        """Return the descriptor of a socket that is born on this host."""

    def look_up(self, name: str) -> list[str]:
        """Return the addresses that the LAN knows by name; none if it does not."""


_places: contextvars.ContextVar[tuple[Place, ...]] = contextvars.ContextVar("places", default=())
_leading = threading.Lock()


def current() -> Place | None:
    """Return the host that this thread or task is on; None is the machine itself."""
    places = _places.get()
    return places[-1] if places else None


def enter(place: Place) -> None:
    """Be on place until leave()."""
    _places.set((*_places.get(), place))


def leave() -> None:
    """Be again where this thread or task was before its last enter()."""
    _places.set(_places.get()[:-1])


def lead() -> None:
    """Wrap what makes sockets and threads, once; gevent's sockets too if it is in use."""
    with _leading:
        _wrap(socket.socket, "__init__", _socket_init)
        _wrap(socket, "getaddrinfo", _getaddrinfo)
        _wrap(socket, "gethostbyname", _gethostbyname)
        _wrap(threading.Thread, "start", _thread_start)
        _wrap(concurrent.futures.ThreadPoolExecutor, "submit", _submit)
        gevent = sys.modules.get("gevent.socket")
        if gevent is not None:  # its class is no subclass of Python's, but takes the same
            _wrap(gevent.socket, "__init__", _socket_init)


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    plain = getattr(owner, name)
    if getattr(plain, "_leads_to_hosts", False):
        return

    @functools.wraps(plain)
    def led(*arguments: Any, **named: Any) -> Any:
        return around(plain, *arguments, **named)

    led._leads_to_hosts = True  # type: ignore[attr-defined]  # a mark, for the next call
    setattr(owner, name, led)


def _socket_init(
    plain: Callable[..., None],
    self: socket.socket,
    family: int = -1,
    type: int = -1,
    proto: int = -1,
    fileno: int | None = None,
) -> None:
    place = current()
    if place is None or fileno is not None or family == socket.AF_UNIX:
        return plain(self, family, type, proto, fileno)
    family = socket.AF_INET if family == -1 else family
    type = socket.SOCK_STREAM if type == -1 else type
    proto = max(proto, 0)
    made = place.new_socket(family, type, proto)
    return plain(self, family, type, proto, made)


def _getaddrinfo(
    plain: Callable[..., list[Any]], host: Any, port: Any, *arguments: Any, **named: Any
) -> list[Any]:
    """Answer from the LAN alone: the machine's own resolver would ask the world outside."""
    addresses = _look_up(host)
    if addresses is None:
        return plain(host, port, *arguments, **named)
    found = []
    for address in addresses:
        try:
            found += plain(address, port, *arguments, **named)
        except socket.gaierror as error:  # this address is of another family than asked for
            if error.errno not in (socket.EAI_ADDRFAMILY, socket.EAI_NODATA, socket.EAI_NONAME):
                raise
    if not found:
        raise _unknown(host)
    return found


def _gethostbyname(plain: Callable[..., str], host: Any) -> str:
    addresses = _look_up(host)
    if addresses is None:
        return plain(host)
    for address in addresses:
        if ":" not in address:
            return address
    raise _unknown(host)


def _look_up(host: Any) -> list[str] | None:
    """Return the addresses of a name on this LAN; None if it is not the LAN's to answer."""
    place = current()
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if place is None or not isinstance(name, str) or name in ("", "localhost", "<broadcast>"):
        return None
    return None if _is_address(name) else place.look_up(name)


def _unknown(host: Any) -> socket.gaierror:
    return socket.gaierror(
        socket.EAI_NONAME, f"Name or service not known: no host {host!r} on this LAN"
    )


def _is_address(name: str) -> bool:
    """Tell what is no name: an address, also as inet_aton(3) takes it."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return not name.strip("0123456789.")
    return True


def _thread_start(plain: Callable[..., None], self: threading.Thread) -> None:
    places, run = _places.get(), self.run

    def there() -> None:
        _places.set(places)
        self.__dict__.pop("run", None)  # a thread that has ended refers to nothing
        run()

    if places:
        self.run = there  # type: ignore[method-assign]  # of this one thread
    plain(self)


def _submit(
    plain: Callable[..., Any],
    self: Any,
    function: Callable[..., Any],
    /,
    *arguments: Any,
    **named: Any,
) -> Any:
    """A worker thread lives longer than a submission: each one brings its own place."""
    places = _places.get()

    @functools.wraps(function)
    def there(*given: Any, **also: Any) -> Any:
        token = _places.set(places)
        try:
            return function(*given, **also)
        finally:
            _places.reset(token)

    return plain(self, there, *arguments, **named)
