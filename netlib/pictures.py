"""Pictures that are made anew from real sockets: what select and epoll are asked, and answer."""

import contextlib
import html
import select
import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netlib.columns import pad, width
from netlib.errors import NetlibError
from netlib.language import chosen

__all__ = ["STATES", "Lists", "epoll_lists", "select_lists"]

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST
_AT_ONCE = 1 << 20  # bytes

STATES = {
    "silent": ("nothing has come", "没有数据到达"),
    "a line": ("3 bytes have come", "到了 3 个字节"),
    "finished": ("the peer has finished", "对端已关闭写端"),
    "reset": ("the peer has reset", "对端已复位"),
    "does not read": ("the send buffer is full", "发送缓冲区已满"),
}
_LISTENER = {
    False: ("nobody waits to be accepted", "没有人在等 accept"),
    True: ("a caller waits", "有人在等 accept"),
}
_HEAD = {
    "en": ("socket", "asked", "what the kernel knows", "answered"),
    "zh": ("套接字", "询问", "内核知道什么", "回答"),
}
_EPOLL_HEAD = {
    "en": ("socket", "interest list", "what the kernel knows", "ready list"),
    "zh": ("套接字", "监视列表", "内核知道什么", "就绪列表"),
}
_BITS = ("IN", "PRI", "OUT", "ERR", "HUP", "RDHUP")
_ASKED = {"en": ("read", "write"), "zh": ("读", "写")}


@dataclass(frozen=True, slots=True)
class Lists:
    """What was asked of each socket, and what was answered: a table, in text and in HTML.

    Attributes:
        rows: (socket, asked, what the kernel knows, answered). Of select, asked and answered hold
            "read" and "write", in the language; of epoll, masks.
        head: what stands above them.
    """

    rows: tuple[tuple[str, str, str, str], ...]
    head: tuple[str, str, str, str]

    def __str__(self) -> str:
        table = [self.head, *self.rows]
        widths = [max(map(width, column)) for column in zip(*table, strict=True)]
        padded = ([pad(*pair) for pair in zip(row, widths, strict=True)] for row in table)
        return "\n".join("  ".join(row).rstrip() for row in padded)

    def _repr_html_(self) -> str:
        head, *body = (
            f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in row)}</tr>"
            for tag, row in [("th", self.head), *(("td", row) for row in self.rows)]
        )
        return f"<table>{head}{''.join(body)}</table>"


def select_lists(*, caller: bool = True, language: str | None = None, **clients: str) -> Lists:
    """Ask select once, without waiting, about a listener and clients of which each is in one of
    the STATES: `select_lists(anna="a line", ben="silent")`. Every client is asked for both.

    Raises:
        NetlibError: there is no such state.
    """
    _check(clients)
    spoken = language or chosen()
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        socks = {name: stack.enter_context(_made(state)) for name, state in clients.items()}
        if caller:
            stack.enter_context(socket.create_connection(listener.getsockname()))
        every = list(socks.values())
        readable, writable, _ = select.select([listener, *every], every, [], 0)
        return Lists(
            tuple(_rows(listener, socks, clients, caller, readable, writable, spoken)),
            _HEAD[spoken],
        )


def epoll_lists(
    *, asked: int | None = None, caller: bool = True, language: str | None = None, **clients: str
) -> Lists:
    """Register a listener and clients, each in one of the STATES, with an epoll, and ask it once:
    what stands in its interest list, and what in its ready list. `asked` is the mask of every
    client: EPOLLIN, EPOLLOUT and EPOLLRDHUP if it is not given; the listener's is EPOLLIN.

    Raises:
        NetlibError: there is no such state.
    """
    _check(clients)
    zh = (language or chosen()) == "zh"
    every = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP if asked is None else asked
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        socks = {name: stack.enter_context(_made(state)) for name, state in clients.items()}
        if caller:
            stack.enter_context(socket.create_connection(listener.getsockname()))
        poller = stack.enter_context(select.epoll())
        poller.register(listener, select.EPOLLIN)
        for sock in socks.values():
            poller.register(sock, every)
        ready = dict(poller.poll(0))
        rows = [
            ("listener", _mask(select.EPOLLIN), _LISTENER[caller][zh], _told(ready, listener)),
            *(
                (name, _mask(every), STATES[clients[name]][zh], _told(ready, sock))
                for name, sock in socks.items()
            ),
        ]
    return Lists(tuple(rows), _EPOLL_HEAD["zh" if zh else "en"])


def _told(ready: Mapping[int, int], sock: socket.socket) -> str:
    return _mask(ready.get(sock.fileno(), 0))


def _mask(mask: int) -> str:
    names = [name for name in _BITS if mask & getattr(select, f"EPOLL{name}")]
    return f"{mask:#x} {' '.join(names)}" if mask else "-"


def _check(clients: Mapping[str, str]) -> None:
    if unknown := set(clients.values()) - set(STATES):
        raise NetlibError(f"expected states among {', '.join(STATES)}; got {min(unknown)!r}")


def _rows(
    listener: socket.socket,
    socks: Mapping[str, socket.socket],
    clients: Mapping[str, str],
    caller: bool,
    readable: list[socket.socket],
    writable: list[socket.socket],
    language: str,
) -> Iterator[tuple[str, str, str, str]]:
    read, write = _ASKED[language]
    said = language == "zh"

    def answered(sock: socket.socket) -> str:
        told = [word for word, those in ((read, readable), (write, writable)) if sock in those]
        return ", ".join(told) or "-"

    yield "listener", read, _LISTENER[caller][said], answered(listener)
    for name, sock in socks.items():
        yield name, f"{read}, {write}", STATES[clients[name]][said], answered(sock)


@contextlib.contextmanager
def _made(state: str) -> Iterator[socket.socket]:
    """Yield a server's end of a connection in that state."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours = listener.accept()[0]
    with theirs, ours:
        ours.setblocking(False)
        if state == "a line":
            theirs.sendall(b"hi\n")
        elif state == "finished":
            theirs.shutdown(socket.SHUT_WR)
        elif state == "reset":
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            theirs.close()
        elif state == "does not read":
            with contextlib.suppress(BlockingIOError):
                while True:
                    ours.send(bytes(_AT_ONCE))
        yield ours
