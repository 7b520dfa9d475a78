"""The process of a swarm: thousands of clients of an echo server, on one epoll.

Started as `python -I herd.py HOST PORT SIZE`; it reads a command a line from its standard input
(JSON), and answers each with a line. It imports nothing of ours, so it starts fast.
"""

import contextlib
import errno
import json
import os
import resource
import select
import socket
import struct
import sys
import time
from collections import deque
from typing import Any

_READ = 1 << 16
_SAMPLES = 200_000  # latencies that are kept
_LEAVING_S = 0.5
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close sends RST


class Client:
    """One connection. kind is idle, talker or stalled."""

    def __init__(self, sock: socket.socket, kind: str) -> None:
        self.sock, self.kind = sock, kind
        self.established = False
        self.unsent = b""
        self.owed = 0  # bytes that have still to come back
        self.began = 0.0


class Herd:
    """All connections, what they do, and what was counted."""

    def __init__(self, address: tuple[str, int], size: int) -> None:
        self._address, self._message = address, b"x" * (size - 1) + b"\n"
        self._poll = select.epoll()
        self._clients: dict[int, Client] = {}
        self._began: deque[float] = deque(maxlen=_SAMPLES)  # latencies
        self._messages = self._refused = self._lost = 0
        self._answered: set[Client] = set()  # in this measurement
        self._input, self._leaving = b"", False
        os.set_blocking(0, False)
        self._poll.register(0, select.EPOLLIN)

    # -- commands --------------------------------------------------------------------------

    def serve(self) -> None:
        """Do what is said, until the standard input ends."""
        while True:
            while b"\n" not in self._input:
                if not self._turn(None):
                    self._finish()
                    return
            line, _, self._input = self._input.partition(b"\n")
            command = json.loads(line)
            answer = getattr(self, f"do_{command.pop('do')}")(**command)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()

    def do_add(self, **kinds: int) -> dict[str, Any]:
        """Begin so many connections of each kind."""
        for kind, count in kinds.items():
            for _ in range(count):
                self._connect(kind)
        return self.do_counts()

    def do_settle(self, seconds: float) -> dict[str, Any]:
        """Go on until every connection is made or refused, or so long."""
        end = time.monotonic() + seconds
        while any(not each.established for each in self._clients.values()):
            if (left := end - time.monotonic()) <= 0 or not self._turn(left):
                break
        return self.do_counts()

    def do_stall(self, count: int) -> dict[str, Any]:
        """Let so many talkers send on and read no more."""
        for each in self._some("talker", count):
            each.kind = "stalled"
            self._watch(each)
        return self.do_counts()

    def do_reset(self, count: int) -> dict[str, Any]:
        """Let so many connections be reset by us."""
        for each in self._some(None, count):
            each.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._drop(each)
        return self.do_counts()

    def do_counts(self) -> dict[str, Any]:
        """Return what there is and what has been so far."""
        made = [each for each in self._clients.values() if each.established]
        kinds = {kind: sum(each.kind == kind for each in made) for kind in _KINDS}
        told = {"messages": self._messages, "refused": self._refused, "lost": self._lost}
        return {**kinds, **told, "waiting": len(self._clients) - len(made)}

    def do_measure(self, seconds: float) -> dict[str, Any]:
        """Go on for so long; return how many messages came back, and how long each took."""
        before, began = self._messages, time.monotonic()
        self._began.clear()
        self._answered.clear()
        end = began + seconds
        while (left := end - time.monotonic()) > 0:
            if not self._turn(left):
                break
        took = sorted(self._began)
        at = {name: took[int(len(took) * share)] if took else None for name, share in _SHARES}
        told = {"messages": self._messages - before, "answered": len(self._answered)}
        return {**told, "seconds": time.monotonic() - began, **at}

    # -- connections -----------------------------------------------------------------------

    def _turn(self, seconds: float | None) -> bool:
        """Let happen what happens next; return whether somebody still gives us commands."""
        for number, events in self._poll.poll(-1 if seconds is None else seconds, 4096):
            if number == 0:
                part = os.read(0, _READ)
                if not part:
                    return False
                self._input += part
            elif (client := self._clients.get(number)) is not None:
                try:
                    self._happens(client, events)
                except OSError:
                    self._lost += client.established
                    self._refused += not client.established
                    self._drop(client)
        return True

    def _finish(self) -> None:
        """Let every answer that is on its way come: who leaves before resets the connection."""
        self._poll.unregister(0)
        self._leaving, end = True, time.monotonic() + _LEAVING_S
        while any(each.kind == "talker" and each.owed > 0 for each in self._clients.values()):
            if time.monotonic() >= end:
                break
            self._turn(_LEAVING_S)

    def _connect(self, kind: str) -> None:
        sock = socket.socket()
        sock.setblocking(False)
        client = self._clients[sock.fileno()] = Client(sock, kind)
        error = sock.connect_ex(self._address)
        self._poll.register(sock.fileno(), select.EPOLLOUT | select.EPOLLIN)
        if error not in (0, errno.EINPROGRESS):
            self._refused += 1
            self._drop(client)

    def _happens(self, client: Client, events: int) -> None:
        if not client.established:
            if error := client.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, os.strerror(error))
            client.established = True
            if client.kind != "idle":
                self._speak(client)
            self._watch(client)
            return
        if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
            self._hear(client)
        if events & select.EPOLLOUT and client.sock.fileno() >= 0:
            self._send(client)

    def _hear(self, client: Client) -> None:
        data = client.sock.recv(_READ)
        if not data:
            raise ConnectionError("the server has finished")
        client.owed -= len(data)
        if client.kind == "talker" and client.owed <= 0:
            self._began.append(time.monotonic() - client.began)
            self._messages += 1
            self._answered.add(client)
            if not self._leaving:
                self._speak(client)

    def _speak(self, client: Client) -> None:
        client.unsent, client.owed = self._message, len(self._message)
        client.began = time.monotonic()
        self._send(client)

    def _send(self, client: Client) -> None:
        before = bool(client.unsent)
        try:
            while client.unsent:
                client.unsent = client.unsent[client.sock.send(client.unsent) :]
                if client.kind == "stalled":  # as much as the network takes
                    client.unsent = client.unsent or self._message
        except BlockingIOError:
            pass
        if bool(client.unsent) or before != bool(client.unsent):
            self._watch(client)

    def _watch(self, client: Client) -> None:
        """Wait for what this client waits for."""
        events = 0 if client.kind == "stalled" else select.EPOLLIN
        if client.unsent:
            events |= select.EPOLLOUT
        self._poll.modify(client.sock.fileno(), events)

    def _some(self, kind: str | None, count: int) -> list[Client]:
        found = [each for each in self._clients.values() if kind in (None, each.kind)]
        return [each for each in found if each.established][:count]

    def _drop(self, client: Client) -> None:
        del self._clients[client.sock.fileno()]
        with contextlib.suppress(OSError):
            self._poll.unregister(client.sock.fileno())
        client.sock.close()


_KINDS = ("idle", "talker", "stalled")
_SHARES = (("p50", 0.5), ("p99", 0.99))

if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        Herd((sys.argv[1], int(sys.argv[2])), int(sys.argv[3])).serve()
