"""Clients by the hundred, as many as one wants of each kind, in a process of their own."""

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError, Unavailable

__all__ = ["Counts", "Load", "Swarm"]

_HERD = Path(__file__).with_name("herd.py")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a swarm is like at this moment.

    Attributes:
        idle, talker, stalled: connections of each kind. A talker sends a message, waits until it
            has all come back, and sends the next; a stalled one sends and reads nothing.
        waiting: connections that are not made yet.
        messages: that came back so far; refused, lost: connections that were not made, or that
            the server has ended.
    """

    idle: int
    talker: int
    stalled: int
    waiting: int
    messages: int
    refused: int
    lost: int


@dataclass(frozen=True, slots=True)
class Load:
    """What talkers have seen for a while: messages that came back within so many seconds, and
    how many ms one took in the median and at the 99th of 100 (None: none came back); answered:
    talkers to whom at least one came back."""

    messages: int
    seconds: float
    p50_ms: float | None
    p99_ms: float | None
    answered: int = 0


class Swarm:
    """Clients of an echo server at address, until the with-block ends.

        with Swarm(address, idle=1000, talkers=10) as swarm:
            print(swarm.measure(0.5))

    Args:
        size: bytes of a message.

    Raises:
        Unavailable: this system has no epoll.
    """

    def __init__(
        self,
        address: tuple[str, int],
        idle: int = 0,
        talkers: int = 0,
        stalled: int = 0,
        size: int = 64,
    ) -> None:
        if not sys.platform.startswith("linux"):
            raise Unavailable("expected Linux, for epoll(7); on Windows, open the course in WSL")
        host, port = address
        self._herd = subprocess.Popen(
            [sys.executable, "-I", str(_HERD), host, str(port), str(size)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self.add(idle, talkers, stalled)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def add(self, idle: int = 0, talkers: int = 0, stalled: int = 0) -> Counts:
        """Let more come; return how it is when all are there, or were refused."""
        self._ask("add", idle=idle, talker=talkers, stalled=stalled)
        return Counts(**self._ask("settle", seconds=SERVER_S))

    def stall(self, count: int) -> Counts:
        """Let so many of the talkers read no more."""
        return Counts(**self._ask("stall", count=count))

    def reset(self, count: int) -> Counts:
        """Let so many connections be reset by their clients (RST)."""
        return Counts(**self._ask("reset", count=count))

    def counts(self) -> Counts:
        """Return how it is now."""
        return Counts(**self._ask("counts"))

    def measure(self, seconds: float) -> Load:
        """Return what the talkers see for so long."""
        said = self._ask("measure", seconds=seconds)
        p50, p99 = (None if said[at] is None else said[at] * 1000 for at in ("p50", "p99"))
        return Load(said["messages"], said["seconds"], p50, p99, said["answered"])

    def close(self) -> None:
        """End all connections, when what is on its way has come."""
        assert self._herd.stdin is not None and self._herd.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._herd.stdin.close()
        try:
            self._herd.wait(SERVER_S)
        except subprocess.TimeoutExpired:
            self._herd.kill()
            self._herd.wait()
        self._herd.stdout.close()

    def _ask(self, what: str, **how: Any) -> dict[str, Any]:
        assert self._herd.stdin is not None and self._herd.stdout is not None
        try:
            self._herd.stdin.write(json.dumps({"do": what, **how}) + "\n")
            self._herd.stdin.flush()
            answer = self._herd.stdout.readline()
        except (BrokenPipeError, ValueError):
            answer = ""
        if not answer:
            raise NetlibError("the swarm has ended: begin another one")
        said: dict[str, Any] = json.loads(answer)
        return said
