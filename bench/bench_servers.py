"""Is chapter 17's epoll server level with asyncio? And does one who does not read delay the others?

Echo servers under the load of netlib.swarm, each in a process of its own, in turn several times:
messages in a second of processor time, as a ratio to an asyncio Protocol. Then the time that a
message takes (p99) beside one client that sends and never reads, as a ratio to that without it; and
the same in the chat room, with members instead of clients.

`python bench/bench_servers.py [--times N] [--seconds S] [--connections 1,100,1000]`
"""

import argparse
import contextlib
import select
import socket
import statistics
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from autograder.notebooks.chapter import reference
from netlib.swarm import Swarm, protocol
from netlib.swarm.served import Served

SNDBUF, RCVBUF = 16_384, 8_192  # bytes
LINES = 1_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--connections", default="1,100,1000")
    options = parser.parse_args()
    names = _names("ch17")
    servers: dict[str, Callable[..., object]] = {
        "asyncio Protocol": protocol,
        "epoll, level": partial(names["epoll_echo"], edge=False),
        "epoll, edge": partial(names["epoll_echo"], edge=True),
    }
    worst = _messages(servers, options)
    _delays(servers, options)
    worst |= _room(names["chat_room"], options)
    return worst


def _names(chapter: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": chapter}
    for cell in reference(chapter).cells:
        if cell.role in ("setup", "solution"):
            exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    return names


def _measured(server: Callable[..., object], talkers: int, stalled: int, seconds: float) -> Any:
    """Return messages per second of processor time, and p99 in ms."""
    with Served(server) as served, Swarm(served.address, talkers=talkers, stalled=stalled) as swarm:
        swarm.measure(0.2)
        before = served.cpu_s()
        load = swarm.measure(seconds)
        used = served.cpu_s() - before
        if complaint := served.failure():
            raise SystemExit(complaint)
        return load.messages / max(used, 0.01), load.p99_ms


def _messages(servers: dict[str, Callable[..., object]], options: argparse.Namespace) -> int:
    worst = 0
    for count in map(int, options.connections.split(",")):
        found: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(options.times):
            for name, server in servers.items():
                found[name].append(_measured(server, count, 0, options.seconds)[0])
        base = statistics.median(found["asyncio Protocol"])
        print(f"{count:,} connections, messages per CPU second, as a ratio to asyncio:")
        for name, values in found.items():
            ratio = statistics.median(values) / base
            print(f"  {name:18} {ratio:5.2f}   ({statistics.median(values):,.0f})")
            worst |= ratio < 1
    return worst


def _delays(servers: dict[str, Callable[..., object]], options: argparse.Namespace) -> None:
    print("ten clients, p99 beside one that never reads, as a ratio to without it:")
    for name, server in servers.items():
        if name == "asyncio Protocol":  # it keeps all that nobody reads, without end
            continue
        alone, beside = (
            statistics.median(
                _measured(server, 10, stalled, options.seconds)[1] for _ in range(options.times)
            )
            for stalled in (0, 1)
        )
        print(f"  {name:18} {beside / alone:5.2f}   ({alone:.2f} ms, {beside:.2f} ms)")


# -- the chat room ---------------------------------------------------------------------------------


def _room(chat_room: Callable[..., object], options: argparse.Namespace) -> int:
    with_it, without = (
        statistics.median(_p99(chat_room, sleeper=sleeper) for _ in range(options.times))
        for sleeper in (True, False)
    )
    ratio = with_it / without
    print("chat room, p99 of a line between two, beside one who does not read, as a ratio:")
    print(f"  {'chat_room':18} {ratio:5.2f}   ({without:.3f} ms, {with_it:.3f} ms)")
    return int(ratio >= 2)


def _p99(chat_room: Callable[..., object], *, sleeper: bool) -> float:
    """Return how many ms a line of 500 bytes takes from anna to ben, the 99th of 100."""

    def serve(listener: socket.socket, stop: threading.Event) -> object:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SNDBUF)
        return chat_room(listener, stop)

    with Served(serve) as served, contextlib.ExitStack() as people:
        names = ("anna", "ben", "carl") if sleeper else ("anna", "ben")
        anna, ben, *_ = [_member(served.address, name, people) for name in names]
        took = []
        for number in range(LINES):
            line = b"%0499d\n" % number
            began = time.perf_counter()
            anna.sendall(line)
            _hears(ben, line)
            took.append(time.perf_counter() - began)
        return 1000 * statistics.quantiles(took, n=100)[-1]


def _member(address: tuple[str, int], name: str, people: contextlib.ExitStack) -> socket.socket:
    sock = people.enter_context(socket.socket())
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RCVBUF)
    sock.settimeout(10)
    sock.connect(address)
    sock.sendall(name.encode() + b"\n")
    _hears(sock, b"* with you")
    return sock


def _hears(sock: socket.socket, text: bytes) -> None:
    heard = b""
    while text not in heard:
        select.select([sock], [], [])
        heard += sock.recv(65536)


if __name__ == "__main__":
    raise SystemExit(main())
