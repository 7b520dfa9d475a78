"""How fast are the relays without a fault, compared with the bare two hops of loopback?

In the same run a process of its own receives and sends in the shortest loop that Python has,
and what is compared is how much each of them carries. `python bench/bench_relays.py [seconds]`.
"""

import contextlib
import multiprocessing
import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from netlib.faults import TCPRelay, UDPRelay

Address = tuple[str, int]
ROUNDS = 5
PAYLOAD = 100  # bytes of a datagram
WINDOW = 64  # datagrams under way at once, so that no buffer overflows
CHUNK = 1 << 20  # bytes that sender and reader move at a time,
HOP = 256 << 10  # and those in the middle
DEADLINE_S = 10


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    print(f"{os.cpu_count()} processors, {ROUNDS} rounds of {seconds:g} s, the middle on one core")
    _compare("datagrams/s", 1, _datagrams, (_bare_udp, _udp_relay), seconds)
    _compare("MB/s of stream", 1e6, _stream, (_bare_tcp, _tcp_relay), seconds)


Middle = Callable[[Address, Connection], None]


def _compare(
    unit: str,
    scale: float,
    load: Callable[[Middle, float], tuple[float, float]],
    middles: tuple[Middle, Middle],
    seconds: float,
) -> None:
    """Run both in turn; print the medians, their ratio, and the middle's CPU time."""
    rates: dict[Middle, list[float]] = {middle: [] for middle in middles}
    used: dict[Middle, list[float]] = {middle: [] for middle in middles}
    for _ in range(ROUNDS):
        for middle in middles:
            rate, cpu = load(middle, seconds)
            rates[middle].append(rate / scale)
            used[middle].append(cpu)
    bare, relay = (statistics.median(rates[middle]) for middle in middles)
    for name, middle in zip(("bare recv and send", "relay"), middles, strict=True):
        median, share = statistics.median(rates[middle]), statistics.median(used[middle])
        full = f"{median / share:,.0f} if it had all of it" if share else "unknown"
        print(f"  {name:20} {median:10,.0f} {unit}   {share:4.0%} of its core: {full}")
    print(f"  the relay carries {relay / bare:.0%} of what the bare loop does")


# ---------------------------------------------------------------- in the middle


def _bare_udp(target: Address, control: Connection) -> None:
    with _udp() as front, _udp() as back:
        back.connect(target)
        control.send(front.getsockname())
        client: Address | None = None

        def return_replies() -> None:
            while True:
                data = back.recv(65_507)
                if client is not None:
                    front.sendto(data, client)

        threading.Thread(target=return_replies, daemon=True).start()
        while True:
            data, client = front.recvfrom(65_507)
            back.send(data)


def _udp_relay(target: Address, control: Connection) -> None:
    with UDPRelay(target) as front:
        control.send(front)
        threading.Event().wait()


def _bare_tcp(target: Address, control: Connection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        control.send(listener.getsockname())
        source, _ = listener.accept()
        with source, socket.create_connection(target) as sink:
            buffer = memoryview(bytearray(HOP))
            while size := source.recv_into(buffer):
                sink.sendall(buffer[:size])


def _tcp_relay(target: Address, control: Connection) -> None:
    with TCPRelay(target) as front:
        control.send(front)
        threading.Event().wait()


@contextlib.contextmanager
def _started(middle: Middle, target: Address) -> Iterator[tuple[Address, Callable[[], float]]]:
    """Run middle in a process of its own, on one core; yield its address and its CPU time."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_on_one_core, args=(middle, target, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv(), lambda: _cpu_time(process.pid or 0)
    finally:
        process.kill()
        process.join()
        ours.close()
        theirs.close()


def _on_one_core(middle: Middle, target: Address, control: Connection) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    middle(target, control)


def _cpu_time(pid: int) -> float:
    """Return the seconds that a process has used; 0 where /proc does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ---------------------------------------------------------------- at both ends


def _datagrams(middle: Middle, seconds: float) -> tuple[float, float]:
    """Return the datagrams a second that arrive, and the share of a core that it took."""
    payload = bytes(PAYLOAD)
    with _udp() as sink, _udp() as client, _started(middle, sink.getsockname()) as (front, cpu):
        client.connect(front)
        arrived, began, used = 0, time.perf_counter(), cpu()
        while (elapsed := time.perf_counter() - began) < seconds:
            for _ in range(WINDOW):
                client.send(payload)
            for _ in range(WINDOW):
                sink.recv(65_507)
            arrived += WINDOW
        return arrived / elapsed, (cpu() - used) / elapsed


def _stream(middle: Middle, seconds: float) -> tuple[float, float]:
    """Return the bytes a second that arrive, and the share of a core that it took."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE_S)
        with (
            _started(middle, listener.getsockname()) as (front, cpu),
            socket.create_connection(front, DEADLINE_S) as source,
        ):
            sink, _ = listener.accept()
            with sink:
                return _pour(source, sink, seconds, cpu)


def _pour(
    source: socket.socket, sink: socket.socket, seconds: float, cpu: Callable[[], float]
) -> tuple[float, float]:
    payload, buffer, stop = bytes(CHUNK), bytearray(CHUNK), threading.Event()

    def write() -> None:
        while not stop.is_set():
            source.sendall(payload)
        source.shutdown(socket.SHUT_WR)

    writer = threading.Thread(target=write)
    writer.start()
    arrived, began, used = 0, time.perf_counter(), cpu()
    while (elapsed := time.perf_counter() - began) < seconds:
        arrived += sink.recv_into(buffer)
    rate, share = arrived / elapsed, (cpu() - used) / elapsed
    stop.set()
    while sink.recv_into(buffer):
        pass
    writer.join()
    return rate, share


def _udp() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(DEADLINE_S)
    return sock


if __name__ == "__main__":
    main()
