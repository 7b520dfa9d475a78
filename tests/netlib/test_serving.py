import re
import socket
import threading
import time
from collections.abc import Callable

import pytest

from netlib import serving as module
from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError
from netlib.serving import serving
from netlib.trace import Message, Trace


def echo(sock: socket.socket, stop: threading.Event) -> int:
    sock.settimeout(0.05)
    count = 0
    while not stop.is_set():
        try:
            data, peer = sock.recvfrom(65_507)
        except TimeoutError:
            continue
        sock.sendto(data, peer)
        count += 1
    return count


def greet(listener: socket.socket, stop: threading.Event) -> str:
    listener.settimeout(SERVER_S)
    connection, _ = listener.accept()
    with connection:
        connection.sendall(b"hello")
    return "greeted"


def exchange(address: tuple[str, int], data: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(SERVER_S)
        sock.sendto(data, address)
        return sock.recvfrom(65_507)[0]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SERVER_S", 0.2)


def test_a_udp_server_answers_and_its_value_is_returned() -> None:
    server = serving(echo)
    with server as address:
        assert address[0] == "127.0.0.1"
        assert [exchange(address, data) for data in (b"a", b"", bytes(65_507))] == [
            b"a",
            b"",
            bytes(65_507),
        ]
        assert server.returned is None
    assert server.returned == 3


def test_a_tcp_server_listens() -> None:
    server = serving(greet, kind="tcp")
    with server as address, socket.create_connection(address, SERVER_S) as sock:
        assert sock.recv(100, socket.MSG_WAITALL) == b"hello"
    assert server.returned == "greeted"


def test_a_server_can_be_used_again_after_its_block() -> None:
    server = serving(echo)
    for _ in range(2):
        with server as address:
            assert exchange(address, b"x") == b"x"
        assert server.returned == 1


def test_the_port_is_free_again_afterwards() -> None:
    with serving(echo) as address:
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(address)


def test_the_functions_exception_is_raised_at_the_end() -> None:
    def broken(sock: socket.socket, stop: threading.Event) -> None:
        raise KeyError("no such client")

    with pytest.raises(KeyError, match="no such client"), serving(broken):
        pass


def test_the_blocks_own_exception_wins_and_carries_the_other_as_a_note() -> None:
    failed = threading.Event()

    def broken(sock: socket.socket, stop: threading.Event) -> None:
        failed.set()
        raise KeyError("no such client")

    def block() -> None:
        with serving(broken):
            assert failed.wait(SERVER_S)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        block()
    assert caught.value.__notes__ == [
        "broken, which was being served, ended with KeyError: 'no such client'"
    ]


def test_a_system_exit_is_told_and_does_not_end_the_program() -> None:
    def leaver(sock: socket.socket, stop: threading.Event) -> None:
        raise SystemExit(3)

    sentence = r"^expected leaver to return; it ended with SystemExit$"
    with pytest.raises(NetlibError, match=sentence), serving(leaver):
        pass


def deaf_udp(sock: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        sock.recvfrom(100)  # no timeout: waits for ever


def deaf_tcp(listener: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        listener.accept()


def busy(sock: socket.socket, stop: threading.Event) -> None:
    while True:
        pass


def stubborn(sock: socket.socket, stop: threading.Event) -> None:
    while True:
        try:
            sock.recvfrom(100)
        except Exception:
            continue


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("function", "kind", "line"),
    [
        (deaf_udp, "udp", r"sock\.recvfrom\(100\)  # no timeout: waits for ever"),
        (deaf_tcp, "tcp", r"listener\.accept\(\)"),
        (busy, "udp", r"(while True:|pass)"),
        (stubborn, "udp", r"sock\.recvfrom\(100\)"),
    ],
)
def test_a_function_that_does_not_stop_is_ended_and_told_where_it_was(
    function: Callable[..., None], kind: str, line: str
) -> None:
    sentence = (
        rf"^expected {function.__name__} to return within 0\.2 s of stop\.set\(\); "
        rf"it was still in line \d+, {line}\. Its socket is closed now\. Let no wait be longer "
        r"than 0\.1 s \(sock\.settimeout\(0\.1\)\), and look at stop after each\.$"
    )
    with pytest.raises(NetlibError, match=sentence), serving(function, kind=kind):
        pass


@pytest.mark.usefixtures("impatient")
def test_a_function_that_waits_on_an_accepted_connection_is_ended() -> None:
    def waits(listener: socket.socket, stop: threading.Event) -> None:
        connection, _ = listener.accept()
        with connection:
            accepted.set()
            connection.recv(100)
            connection.recv(100)

    accepted = threading.Event()
    with socket.socket() as client:  # outlives the server, so no end of stream wakes it

        def block() -> None:
            with serving(waits, kind="tcp") as address:
                client.connect(address)
                client.sendall(b"x")
                assert accepted.wait(SERVER_S)

        with pytest.raises(NetlibError, match=r"connection\.recv\(100\)"):
            block()


@pytest.mark.usefixtures("impatient")
def test_a_thread_that_nothing_can_end_is_said() -> None:
    released = threading.Event()

    def parked(sock: socket.socket, stop: threading.Event) -> None:
        released.wait()

    sentence = r"Its thread could not be ended: restart the kernel\.$"
    with pytest.raises(NetlibError, match=sentence), serving(parked):
        pass
    released.set()
    for thread in threading.enumerate():
        if thread.name == "serving parked":
            thread.join(SERVER_S)


@pytest.mark.usefixtures("impatient")
def test_a_stuck_function_is_a_note_on_the_blocks_own_exception() -> None:
    with pytest.raises(ZeroDivisionError) as caught, serving(deaf_udp):
        raise ZeroDivisionError
    assert caught.value.__notes__[0].startswith("expected deaf_udp to return within 0.2 s")


def test_processor_time_is_that_of_the_function_and_is_kept() -> None:
    def works(sock: socket.socket, stop: threading.Event) -> None:
        end = time.thread_time() + 0.05
        while time.thread_time() < end:
            pass
        stop.wait()

    server = serving(works)
    assert server.cpu_s == 0
    with server:
        while server.cpu_s < 0.05:
            pass
    assert 0.05 <= server.cpu_s < 0.5
    with server:
        pass
    assert server.cpu_s < 0.5


def test_entering_twice_is_refused() -> None:
    server = serving(echo)
    with (
        server,
        pytest.raises(
            NetlibError, match=r"^echo is being served already: make a second serving\(\.\.\.\)$"
        ),
    ):
        server.__enter__()
    server.__exit__(None, None, None)


def test_an_address_that_is_not_ours_is_the_kernels_error() -> None:
    with pytest.raises(OSError, match="assign requested address"):
        serving(echo, host="192.0.2.1").__enter__()


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((echo, "sctp"), ValueError, 'serving() expected kind to be "udp" or "tcp"; got \'sctp\''),
        ((None,), TypeError, "serving() expected a function(sock, stop); got NoneType"),
    ],
)
def test_wrong_arguments_are_said(
    arguments: tuple[object, ...], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(sentence)}$"):
        serving(*arguments)  # type: ignore[arg-type]


@pytest.mark.usefixtures("impatient")
def test_a_thread_that_waits_is_never_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    # under a tracer, Python 3.11 spins for ever once a waiting thread was interrupted
    interrupted: list[threading.Thread] = []
    monkeypatch.setattr(module, "_interrupt", lambda thread, error: interrupted.append(thread))
    released = threading.Event()

    def parked(sock: socket.socket, stop: threading.Event) -> None:
        released.wait()

    with pytest.raises(NetlibError), serving(parked):
        pass
    released.set()
    assert not interrupted
    for thread in threading.enumerate():
        if thread.name == "serving parked":
            thread.join(SERVER_S)


# ---------------------------------------------------------------- recorded


def told(trace: Trace) -> list[tuple[str, str, str, bytes]]:
    return [(m.sender, m.receiver, m.step, m.data) for m in trace if isinstance(m, Message)]


def test_a_trace_says_what_a_udp_server_received_and_sent() -> None:
    trace = Trace()
    with serving(echo, trace=trace) as address:
        for data in (b"tea", b""):
            assert exchange(address, data) == data
    assert told(trace) == [
        ("client", "server", "datagram", b"tea"),
        ("server", "client", "datagram", b"tea"),
        ("client 2", "server", "datagram", b""),
        ("server", "client 2", "datagram", b""),
    ]
    assert trace[0].destination == address
    assert trace[1].source == address
    assert trace.endpoints == ("client", "server", "client 2")
    times = [message.time for message in trace]
    assert times == sorted(times)


def test_a_trace_says_what_a_tcp_server_received_and_sent() -> None:
    def shout(listener: socket.socket, stop: threading.Event) -> None:
        listener.settimeout(SERVER_S)
        for _ in range(2):
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(SERVER_S)
                assert connection.recv(5, socket.MSG_PEEK)
                with connection.makefile("rb") as lines:
                    for line in lines:
                        connection.sendall(line.upper())

    trace = Trace()
    with serving(shout, kind="tcp", trace=trace) as address:
        for _ in range(2):
            with socket.create_connection(address, SERVER_S) as sock:
                sock.sendall(b"tea\n")
                sock.shutdown(socket.SHUT_WR)
                assert sock.recv(100, socket.MSG_WAITALL) == b"TEA\n"
    one = [
        ("client", "server", "open", b""),
        ("client", "server", "data", b"tea\n"),
        ("server", "client", "data", b"TEA\n"),
        ("client", "server", "end", b""),
        ("server", "client", "end", b""),
    ]
    two = [
        (a.replace("client", "client 2"), b.replace("client", "client 2"), s, d)
        for a, b, s, d in one
    ]
    assert sorted(told(trace)) == sorted(one + two)
    assert told(trace)[0] == one[0]


def test_every_way_to_send_and_receive_is_recorded() -> None:
    def all_ways(sock: socket.socket, stop: threading.Event) -> None:
        sock.settimeout(SERVER_S)
        buffer = bytearray(10)
        _, peer = sock.recvfrom(10)
        sock.recv(10)
        sock.recv_into(buffer)
        sock.recvfrom_into(memoryview(buffer)[2:])
        sock.recvmsg(10)
        sock.sendto(b"f", peer)
        sock.sendto(b"g", 0, peer)
        sock.sendmsg([b"h", b"i"], [], 0, peer)
        sock.connect(peer)
        sock.send(memoryview(b"j"))
        sock.sendall(bytearray(b"k"))
        with pytest.raises(OSError, match="too long"):
            sock.send(bytes(70_000))

    trace = Trace()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(SERVER_S)
        client.bind(("127.0.0.1", 0))
        with serving(all_ways, trace=trace) as address:
            for letter in (b"a", b"b", b"c", b"d", b"e"):
                client.sendto(letter, address)
            assert [client.recv(10) for _ in range(5)] == [b"f", b"g", b"hi", b"j", b"k"]
    # recv names no sender of a datagram: recvfrom is called below it
    assert [data for *_, data in told(trace)] == [
        b"a",
        b"b",
        b"c",
        b"d",
        b"e",
        b"f",
        b"g",
        b"hi",
        b"j",
        b"k",
    ]
    assert {name for sender, *_ in told(trace) for name in [sender]} == {"client", "server"}


@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_ipv6_is_served(kind: str) -> None:
    try:
        with serving(lambda sock, stop: sock.family, kind, "::1") as address:
            assert address[0] == "::1"
    except OSError:
        pytest.skip("there is no ::1 here")
