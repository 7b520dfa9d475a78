"""What a LAN costs: to build, to make a socket on, to send over, to capture, to end.

`python bench/bench_lan.py [repetitions]`. The best of the repetitions counts: what disturbs
them is not ours. Building includes the start of the helper process and the end of waiting
until every cable carries frames.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from netlib.capture import capture
from netlib.errors import Unavailable
from netlib.lan import Host, Lan

SOCKETS, DATAGRAMS = 1000, 20_000
TASKS = 100


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    try:
        Lan().start().close()
    except Unavailable as missing:
        print(missing)
        return
    print(f"a LAN, best (median) of {repetitions}")
    interpreter = _seconds(_interpreter, repetitions)
    offices, ends = [], []
    for _ in range(repetitions):
        began = time.perf_counter()
        lan = _offices()
        offices.append(time.perf_counter() - began)
        began = time.perf_counter()
        lan.close()
        ends.append(time.perf_counter() - began)
    _show("  2 switches, a router, 5 hosts", offices, 1000, "ms")
    _show("  of which an interpreter that only starts takes", interpreter, 1000, "ms")
    _show("  to end it", ends, 1000, "ms")
    _show("  100 hosts on a switch", [_hundred() for _ in range(3)], 1000, "ms")
    with Lan("192.0.2.0/24") as lan:
        anna, ben = lan.host("anna"), lan.host("ben")
        led = [_sockets(anna) for _ in range(repetitions)]
        plain = [_sockets(None) for _ in range(repetitions)]
        _show("  a socket on a host", led, 1e6, "µs")
        _show("  a socket of the machine's own", plain, 1e6, "µs")
        quiet = [_flood(anna, ben) for _ in range(3)]
        with capture(lan.switches[0]) as frames:
            watched = [_flood(anna, ben) for _ in range(3)]
        print(
            f"  {DATAGRAMS:,} datagrams: {min(quiet) * 1e6:.1f} µs each, "
            f"{min(watched) * 1e6:.1f} µs while a capture runs; {frames!r}"
        )
        print(
            f"  interleaved tasks and threads on the right host: {_interleaved(anna, ben)} of 200"
        )


def _offices() -> Lan:
    lan = Lan().start()
    home, office = lan.switch("home", "192.0.2.0/24"), lan.switch("office", "198.51.100.0/24")
    for name, switch in (("anna", home), ("ben", home), ("carl", office), ("dora", office)):
        lan.host(name, switch)
    lan.host("emil", office)
    lan.router("router", home, office)
    return lan


def _hundred() -> float:
    began = time.perf_counter()
    with Lan("10.0.0.0/16") as lan:
        for number in range(100):
            lan.host(f"host-{number}")
        return time.perf_counter() - began


def _interpreter() -> None:
    subprocess.run([sys.executable, "-I", "-S", "-c", "import ctypes, socket"], check=True)


def _sockets(host: Host | None) -> float:
    """Seconds for one socket, made and closed."""
    began = time.perf_counter()
    if host is None:
        for _ in range(SOCKETS):
            socket.socket().close()
    else:
        with host:
            for _ in range(SOCKETS):
                socket.socket().close()
    return (time.perf_counter() - began) / SOCKETS


def _flood(sender: Host, receiver: Host) -> float:
    """Seconds for one datagram that nobody waits for."""
    address = (receiver.address, 6000)
    with sender, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        began = time.perf_counter()
        for _ in range(DATAGRAMS):
            sock.sendto(b"hello", address)
        return (time.perf_counter() - began) / DATAGRAMS


def _interleaved(anna: Host, ben: Host) -> int:
    """How many of 100 tasks and 100 threads made their socket where they are."""
    barrier = threading.Barrier(TASKS)
    right: list[bool] = []

    def on(host: Host) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((host.address, 0))  # no other host has that address
            return True

    def thread(host: Host) -> None:
        barrier.wait()
        with host:
            os.sched_yield()
            right.append(on(host))

    async def task(host: Host) -> None:
        with host:
            await asyncio.sleep(0)
            right.append(on(host))

    async def tasks() -> None:
        await asyncio.gather(*(task((anna, ben)[at % 2]) for at in range(TASKS)))

    threads = [threading.Thread(target=thread, args=((anna, ben)[at % 2],)) for at in range(TASKS)]
    for one in threads:
        one.start()
    asyncio.run(tasks())
    for one in threads:
        one.join()
    return sum(right)


def _seconds(function: Callable[[], None], repetitions: int) -> list[float]:
    found = []
    for _ in range(repetitions):
        began = time.perf_counter()
        function()
        found.append(time.perf_counter() - began)
    return found


def _show(what: str, seconds: list[float], factor: float, unit: str) -> None:
    best, median = min(seconds) * factor, statistics.median(seconds) * factor
    print(f"{what:<50} {best:6.1f} ({median:.1f}) {unit}")


if __name__ == "__main__":
    main()
