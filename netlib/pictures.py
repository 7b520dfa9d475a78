"""Pictures of waiting: what select and epoll are asked and answer, made anew from real sockets; and
the five ways in which a program waits for bytes, drawn.
"""

import contextlib
import html
import select
import socket
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netlib.errors import NetlibError
from netlib.images import image
from netlib.language import chosen
from netlib.tables import as_html, as_text

__all__ = ["STATES", "Lists", "Models", "epoll_lists", "io_models", "select_lists"]

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
        return as_text([self.head, *self.rows])

    def _repr_html_(self) -> str:
        return as_html([self.head, *self.rows])


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


# -- the five ways to wait ------------------------------------------------------------------------

_MODELS = {
    "en": (
        ("1 blocking", "recv waits", "recv copies"),
        ("2 non-blocking", "recv: no · recv: no", "recv copies"),
        ("3 multiplexing", "select waits", "recv copies"),
        ("4 signal-driven", "your code works on", "a signal; recv copies"),
        ("5 asynchronous", "your code works on", "the kernel copies: done"),
    ),
    "zh": (
        ("1 阻塞", "recv 等待", "recv 复制"),
        ("2 非阻塞", "recv：没有 · recv：没有", "recv 复制"),
        ("3 多路复用", "select 等待", "recv 复制"),
        ("4 信号驱动", "你的代码做别的事", "信号到来，recv 复制"),
        ("5 异步", "你的代码做别的事", "内核复制，再通知“好了”"),
    ),
}
_BEFORE_AFTER = {
    "en": ("before the bytes come", "then"),
    "zh": ("字节到来之前", "之后"),
}
_COME = {"en": "the bytes come", "zh": "字节到来"}
_WAITS, _WORKS, _COPIES, _KERNEL = "#e3e3e3", "#dcead0", "#1f5fa8", "#ffffff"
_INK, _CARD, _MARK = "#1a1a1a", "#ffffff", "#b3400e"
_LEFT, _AT, _WIDE, _ROW, _TOP = 150, 420, 640, 34, 34  # pixels


@dataclass(frozen=True, slots=True)
class Models:
    """Five ways to wait for bytes, as strips over one axis of time.

    Attributes:
        rows: (name, what happens before the bytes come, and then), in the language.
    """

    rows: tuple[tuple[str, str, str], ...]
    language: str

    def __str__(self) -> str:
        return as_text([("", *_BEFORE_AFTER[self.language]), *self.rows], gap="   ")

    def svg(self) -> str:
        """Return the picture; the same language gives the same text."""
        high = _TOP + _ROW * len(self.rows) + 10
        parts = [f'<rect width="{_WIDE}" height="{high}" fill="{_CARD}"/>']
        for number, (name, before, after) in enumerate(self.rows):
            y = _TOP + _ROW * number
            works, kernel = number > 2, number == len(self.rows) - 1
            parts += [
                _text(10, y + 18, name, _INK),
                _strip(_LEFT, y, _AT - _LEFT, before, _WORKS if works else _WAITS, _INK),
                _strip(
                    _AT,
                    y,
                    _WIDE - _AT - 10,
                    after,
                    *((_KERNEL, _INK) if kernel else (_COPIES, _CARD)),
                ),
            ]
        parts += [
            f'<line x1="{_AT}" y1="{_TOP - 8}" x2="{_AT}" y2="{high - 4}" stroke="{_MARK}" '
            'stroke-width="2" stroke-dasharray="5 3"/>',
            _text(_AT, _TOP - 14, f"▼ {_COME[self.language]}", _MARK, "middle"),
        ]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDE}" height="{high}" '
            f'font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": image(self.svg(), str(self))}


def io_models(*, language: str | None = None) -> Models:
    """Return the picture of the five I/O models of Stevens (UNIX Network Programming 1, §6.2): who
    waits before the bytes come, and who copies them then."""
    spoken = language or chosen()
    return Models(_MODELS[spoken], spoken)


def _text(x: int, y: int, words: str, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{html.escape(words)}</text>'
    )


def _strip(x: int, y: int, wide: int, words: str, fill: str, ink: str) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{wide}" height="{_ROW - 8}" fill="{fill}" stroke="{_INK}"/>'
        + _text(x + wide // 2, y + 18, words, ink, "middle")
    )
