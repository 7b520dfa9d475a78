"""Scenes to be played again with other positions of knobs, each time on real sockets.

netlib.panels.Knobs turns them; what they return is a Ladder.
"""

import select
import socket
import struct
import threading

from netlib.deadlines import SERVER_S
from netlib.faults import TCPRelay
from netlib.ladder import Ladder
from netlib.serving import serving
from netlib.trace import Address, Note

__all__ = ["conversation", "leave_with_reset"]

_WELCOME, _QUESTION, _ANSWER = b"welcome", b"hello", b"OK"
_ENDED = getattr(select, "POLLRDHUP", select.POLLHUP)
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends an RST


def conversation(first: str = "client", client: str = "close", unread: int = 0) -> Ladder:
    """Let a client ask a server "hello" over TCP; return what crossed, and what recv returned.

    Args:
        first: who speaks first, "client" or "server".
        client: how the client leaves: "close" when the answer has ended; "shutdown" of its own
            direction behind its question; or "reset" then.
        unread: bytes of the question that the server has not read when it closes, 0 to 5.

    Raises:
        ValueError: there is no such position.
    """
    if first not in ("client", "server") or client not in ("close", "shutdown", "reset"):
        raise ValueError(f"expected client or server, and a way to leave; got {first}, {client}")
    if not 0 <= unread <= len(_QUESTION):
        raise ValueError(f"expected 0 to {len(_QUESTION)} unread bytes; got {unread}")
    scene = _Scene(first == "server", client, unread)
    with serving(scene.serve, "tcp") as address:
        scene.relay = TCPRelay(address)
        with scene.relay as front:
            with socket.create_connection(front) as sock:
                scene.ask(sock)
            scene.over.wait(SERVER_S)  # the relay must see how it ends
    return Ladder(list(scene.relay.trace), scene.relay.endpoints)


def leave_with_reset(address: Address) -> None:
    """Connect to a TCP server, and leave with an RST, as a client that crashes does."""
    with socket.create_connection(address, SERVER_S) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _wait_for_the_end(sock: socket.socket) -> None:
    """Wait until the peer has finished or reset; take nothing of what lies before that.

    (recv with MSG_PEEK and MSG_WAITALL does so, too, and once in some thousand times for ever.)
    """
    waiting = select.poll()
    waiting.register(sock, _ENDED)
    waiting.poll(SERVER_S * 1000)


class _Scene:
    """Both sides; each waits for what the other did to arrive, so every run has the same order."""

    relay: TCPRelay

    def __init__(self, greets: bool, leaves: str, unread: int) -> None:
        self._greets, self._leaves, self._unread = greets, leaves, unread
        self._asked, self.over = threading.Event(), threading.Event()

    def ask(self, sock: socket.socket) -> None:
        """Be the client."""
        try:
            if self._greets:
                self._read(sock, "client", len(_WELCOME))
            sock.sendall(_QUESTION)
            self._asked.wait(SERVER_S)
            if self._leaves == "reset":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                return
            if self._leaves == "shutdown":
                sock.shutdown(socket.SHUT_WR)
            _wait_for_the_end(sock)
            while self._read(sock, "client", 100):
                pass
        except OSError as error:
            self._note("client", f"recv → {type(error).__name__}")

    def serve(self, listener: socket.socket, stop: threading.Event) -> None:
        """Be the server."""
        try:
            sock, _ = listener.accept()
            with sock:
                self._answer(sock)
        finally:
            self.over.set()

    def _answer(self, sock: socket.socket) -> None:
        if self._greets:
            sock.sendall(_WELCOME)
        sock.recv(len(_QUESTION), socket.MSG_PEEK)
        self._asked.set()
        if self._leaves != "close":
            _wait_for_the_end(sock)
        if self._unread < len(_QUESTION):
            self._read(sock, "server", len(_QUESTION) - self._unread)
        if self._leaves == "shutdown" and not self._unread:
            self._read(sock, "server", 100)
        try:
            sock.sendall(_ANSWER)
        except OSError as error:
            self._note("server", f"send → {type(error).__name__}")
            return
        if self._leaves == "close" and not self._unread:
            sock.shutdown(socket.SHUT_WR)
            sock.recv(1)  # the client's end

    def _read(self, sock: socket.socket, who: str, most: int) -> bytes:
        data = sock.recv(most)
        self._note(who, f"recv → {data!r}")
        return data

    def _note(self, who: str, text: str) -> None:
        self.relay.trace.record(Note(who, text))
