"""How a message of the chat travels: the functions under test, between sockets on loopback.

An end belongs to one person. Chapter 04: send_text and recv_one from person to person, request
through a server. Chapter 11: chat_client through a server. What is not given is done here.
Chapter 05 has ends of its own: see chat_end.
"""

import contextlib
import select
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from netlib.deadlines import SERVER_S
from netlib.panels.worker import Contract, name_of

__all__ = ["MOMENT_S", "Address", "End", "Function", "Heard", "HungUp", "check", "connect"]

Address = tuple[str, int]
Function = Callable[..., Any]

MOMENT_S = 0.2
"""Seconds for which one call waits for a message."""

_HOST = "127.0.0.1"
_MOST = 65507  # bytes of a datagram; of a line, too


class HungUp(Exception):
    """No message will come any more."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that arrived, and from where."""

    data: bytes | str
    source: Address


@dataclass(frozen=True, slots=True)
class End:
    """One person's end.

    Attributes:
        address: where messages to this person go.
        say: sends a text; returns how many bytes that were, and what came back at once.
        hear: waits for MOMENT_S; raises TimeoutError if nothing comes, HungUp if nothing can.
            None where answers come back from say.
        saying, hearing: the names of the functions that do it.
        wake: ends every wait of hear.
        close: gives everything back; returns the name of what does not end, or "".
    """

    address: Address
    say: Callable[[str], tuple[int, list[Heard]]]
    hear: Callable[[], Heard] | None
    saying: str
    hearing: str
    wake: Callable[[], None]
    close: Callable[[], str]


def _on(
    sock: socket.socket,
    say: Callable[[str], tuple[int, list[Heard]]],
    hear: Callable[[], Heard] | None,
    saying: str,
    hearing: str,
) -> End:
    """Return an end that has a socket of ours."""

    def wake() -> None:
        """End every wait on the socket: closing a descriptor does not."""
        with contextlib.suppress(OSError):  # ENOTCONN on UDP, which wakes who waits all the same
            sock.shutdown(socket.SHUT_RDWR)

    def close() -> str:
        sock.close()
        return ""

    return End(sock.getsockname()[:2], say, hear, saying, hearing, wake, close)


def check(
    send: Function | None,
    receive: Function | None,
    ask: Function | None,
    server: Callable[..., object] | None,
    kind: str,
    people: Sequence[str],
    chat: Function | None = None,
    to: Address | None = None,
) -> None:
    """Refuse what cannot make a chat, before anything runs.

    Raises:
        ValueError: names that are the same, or functions that do not go together.
    """
    most = 4 if server is not None and kind == "tcp" else 2
    named = all(map(_is_name, people)) and len(set(people)) == len(people)
    if not 0 < len(people) <= most or not named:
        many = "two" if most == 2 else "up to four"
        raise ValueError(f"expected {many} different names that can be printed; got {people!r}")
    if len(people) == 1 and to is None and server is None:
        raise ValueError("expected a server, or to=address, for one person to speak to; got none")
    if chat is not None and (send or receive or ask or kind != "udp"):
        raise ValueError("expected chat alone: it sends and receives itself, and on UDP")
    if to is not None and (server is not None or kind != "udp"):
        raise ValueError("expected a server or to=address, not both; and to=address on UDP")
    if send is not None and server is not None:
        raise ValueError(
            "expected send or a server, not both: send closes its socket, so that no answer "
            "can reach it; give ask, which sends and receives, or neither"
        )
    if server is None and (ask is not None or kind != "udp"):
        raise ValueError("expected a server to go with ask or with TCP; got none")
    if receive is not None and (ask is not None or kind != "udp"):
        raise ValueError("expected receive to go with UDP and without ask: it would not be called")


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name != "" and name.isprintable()


def connect(
    server: Address | None,
    kind: str,
    charset: str,
    send: Function | None,
    receive: Function | None,
    ask: Function | None,
    count: int = 2,
    to: Address | None = None,
    buffer: int | None = None,
) -> tuple[End, ...]:
    """Return the ends of people who speak to a server, or without one to each other.

    Args:
        kind: "udp" or "tcp", of the server.
        count: how many they are; to: whom they speak to, if not to each other.
        send: send(host, port, text, charset), which returns the number of bytes.
        receive: receive(sock, timeout), which returns (data, (host, port)); on UDP.
        ask: on UDP ask(address, payload), which returns the answer; on TCP ask(sock, lines),
            which returns a list of answers. Without it, whatever the server sends is heard.
        buffer: the SO_RCVBUF of everybody's socket, in bytes; on TCP.
    """
    with contextlib.ExitStack() as made:
        socks = [
            made.enter_context(_socket(server if kind == "tcp" else None, buffer))
            for _ in range(count)
        ]
        ends = []
        for number, own in enumerate(socks):
            if server is None:
                peer = to or socks[1 - number].getsockname()
                ends.append(_to_peer(own, peer, charset, send, receive))
            elif kind == "tcp":
                ends.append(_in_lines(own, server, charset, ask))
            else:
                ends.append(_to_server(own, server, charset, ask, receive))
        made.pop_all()
    return tuple(ends)


def _socket(server: Address | None, buffer: int | None) -> socket.socket:
    """Return a socket that is connected to a TCP server, or for datagrams."""
    if server is not None:
        sock = socket.socket()
        if buffer is not None:  # before it connects: then the window is offered so
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        sock.settimeout(SERVER_S)
        sock.connect(server)
        sock.settimeout(None)
    else:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((_HOST, 0))
    return sock


def _to_peer(
    own: socket.socket, peer: Address, charset: str, send: Function | None, receive: Function | None
) -> End:
    def say(text: str) -> tuple[int, list[Heard]]:
        if send is None:
            return own.sendto(text.encode(charset), peer), []
        count = send(*peer, text, charset)
        if type(count) is not int:
            raise Contract("int", type(count).__name__)
        return count, []

    names = name_of(send or own.sendto), name_of(receive or own.recvfrom)
    return _on(own, say, _datagrams(own, receive), *names)


def _to_server(
    own: socket.socket,
    server: Address,
    charset: str,
    ask: Function | None,
    receive: Function | None,
) -> End:
    def say(text: str) -> tuple[int, list[Heard]]:
        payload = text.encode(charset)
        if ask is None:
            return own.sendto(payload, server), []
        answer = ask(server, payload)
        if type(answer) is not bytes:
            raise Contract("bytes", type(answer).__name__)
        return len(payload), [Heard(answer, server)]

    names = name_of(ask or own.sendto), name_of(receive or own.recvfrom)
    return _on(own, say, _datagrams(own, receive) if ask is None else None, *names)


def _in_lines(own: socket.socket, server: Address, charset: str, ask: Function | None) -> End:
    def say(text: str) -> tuple[int, list[Heard]]:
        line = text.encode(charset) + b"\n"
        if ask is None:
            own.sendall(line)
            return len(line), []
        answers = ask(own, [text])
        if type(answers) is not list or any(type(answer) is not str for answer in answers):
            raise Contract("list[str]", type(answers).__name__)
        return len(line), [Heard(answer, server) for answer in answers]

    names = name_of(ask or own.sendall), name_of(own.recv)
    return _on(own, say, _lines(own, server) if ask is None else None, *names)


def _datagrams(own: socket.socket, receive: Function | None) -> Callable[[], Heard]:
    def hear() -> Heard:
        if receive is None:
            own.settimeout(MOMENT_S)
            return Heard(*own.recvfrom(_MOST))
        match receive(own, MOMENT_S):
            case (bytes() as data, (str() as host, int() as port)) if 0 <= port < 1 << 16:
                return Heard(data, (host, port))
            case other:
                raise Contract("(bytes, (host, port))", type(other).__name__)

    return hear


def _lines(own: socket.socket, server: Address) -> Callable[[], Heard]:
    received = bytearray()

    def hear() -> Heard:
        while b"\n" not in received and len(received) < _MOST:
            # a timeout of the socket would rule sendall, too
            if not select.select([own], [], [], MOMENT_S)[0]:
                raise TimeoutError
            chunk = own.recv(_MOST)
            received.extend(chunk)
            if not received:
                raise HungUp
            if not chunk:  # the last line has no end
                break
        line, _, rest = bytes(received).partition(b"\n")
        received[:] = rest
        return Heard(line, server)

    return hear
