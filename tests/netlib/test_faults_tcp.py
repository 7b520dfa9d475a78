import contextlib
import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netlib.clock import HandClock
from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError
from netlib.faults import Schedule, TCPRelay, diag
from netlib.faults import relay as relays
from netlib.trace import Message, Note, Trace

Address = tuple[str, int]


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


HOSTS = ["127.0.0.1", *(["::1"] if has_ipv6() else [])]
seen = pytest.mark.skipif(
    diag.bound(("127.0.0.1", 9)) is None, reason="the kernel does not tell what was read"
)


class Ends:
    """Both ends of one connection through a relay."""

    def __init__(self, listener: socket.socket, front: Address) -> None:
        self.client = socket.create_connection(front, SERVER_S)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.server, _ = listener.accept()
        self.server.settimeout(SERVER_S)

    def __enter__(self) -> "Ends":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.server.close()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        sock.settimeout(SERVER_S)
        yield sock


def reads(sock: socket.socket, size: int = 65_536) -> list[bytes]:
    """Return every read up to the end of the stream."""
    return list(iter(lambda: sock.recv(size), b""))


def until_reset(sock: socket.socket) -> bytes:
    came = b""
    with pytest.raises(ConnectionResetError):
        while data := sock.recv(65_536):
            came += data
    return came


@pytest.mark.parametrize("host", HOSTS)
def test_bytes_and_ends_pass_both_ways(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        listener.settimeout(SERVER_S)
        relay = TCPRelay(listener.getsockname())
        with relay as front, Ends(listener, front) as ends:
            assert front[0] == host
            ends.client.sendall(b"hello")
            ends.client.shutdown(socket.SHUT_WR)
            assert b"".join(reads(ends.server)) == b"hello"
            ends.server.sendall(bytes(range(256)))  # the other direction is open still
            ends.server.close()
            assert b"".join(reads(ends.client)) == bytes(range(256))
            wire = ends.client.getsockname()[:2], front
    told = [(m.sender, m.step, m.data, m.source, m.destination) for m in relay.trace]
    assert told == [
        ("client", "open", b"", *wire),
        ("client", "data", b"hello", *wire),
        ("client", "end", b"", *wire),
        ("server", "data", bytes(range(256)), *wire[::-1]),
        ("server", "end", b"", *wire[::-1]),
    ]


@seen
@pytest.mark.parametrize(
    ("faults", "pieces"),
    [
        ("split 1,5,9", [b"0", b"1234", b"5678", b"9ab"]),
        ("split every 1", [b"%c" % c for c in b"0123456789ab"]),
        ("split every 5", [b"01234", b"56789", b"ab"]),
        ("short 5B", [b"01234", b"56789", b"ab"]),
    ],
)
@pytest.mark.parametrize("reply", [False, True])
def test_a_cut_stream_comes_in_exactly_these_reads_every_time(
    listener: socket.socket, faults: str, pieces: list[bytes], reply: bool
) -> None:
    words = faults.split(" ", 1)
    text = f"{words[0]} reply {words[1]}" if reply else faults
    with TCPRelay(listener.getsockname(), text) as front:
        for _ in range(25):
            with Ends(listener, front) as ends:
                sender, reader = ends.client, ends.server
                if reply:
                    sender, reader = reader, sender
                sender.sendall(b"0123456789ab")
                sender.shutdown(socket.SHUT_WR)
                assert reads(reader) == pieces


def test_a_merge_joins_two_sends(listener: socket.socket) -> None:
    relay = TCPRelay(listener.getsockname(), "merge 10 60000ms")
    with relay as front, Ends(listener, front) as ends:
        for part in (b"01234", b"56789"):
            ends.client.sendall(part)
        assert ends.server.recv(100) == b"0123456789"
    assert [m.data for m in relay.trace if isinstance(m, Message)][1] == b"0123456789"


def test_a_merge_that_would_last_for_ever_lasts_as_long_as_it_says(
    listener: socket.socket,
) -> None:
    clock = HandClock()
    relay = TCPRelay(listener.getsockname(), "merge 10 30000ms", clock=clock)
    with relay as front, Ends(listener, front) as ends:
        ends.client.sendall(b"01234")
        ends.server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            ends.server.recv(100)
        ends.server.settimeout(SERVER_S)
        clock.advance(30)
        assert ends.server.recv(100) == b"01234"


@pytest.mark.parametrize("word", ["delay", "stall"])
def test_delays_and_stalls_run_on_the_clock_that_is_given(
    listener: socket.socket, word: str
) -> None:
    clock = HandClock()
    relay = TCPRelay(listener.getsockname(), f"{word} 3 60000ms", clock=clock)
    with relay as front, Ends(listener, front) as ends:
        ends.client.sendall(b"abcdef")
        assert ends.server.recv(100) == b"abc"
        ends.server.sendall(b"the other direction goes on")
        assert ends.client.recv(100) == b"the other direction goes on"
        clock.advance(60)
        assert ends.server.recv(100) == b"def"
    assert Note("server", f"{word} 3 60000ms") in list(relay.trace)
    assert relay.trace[-1].time == 60


def test_a_stall_for_ever_stops_the_sender(listener: socket.socket) -> None:
    def accepted(faults: str) -> int:
        with TCPRelay(listener.getsockname(), faults) as front, Ends(listener, front) as ends:
            ends.client.settimeout(0.3)
            ends.client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 20_000)
            sent = 0
            try:
                while sent < 50_000_000:
                    sent += ends.client.send(bytes(50_000))
            except TimeoutError:
                pass
            return sent

    roomy, tiny = accepted("stall 10"), accepted("stall 10; window 1024B")
    assert roomy < 50_000_000
    assert tiny < roomy


def test_who_does_not_read_stops_the_other_end(listener: socket.socket) -> None:
    with TCPRelay(listener.getsockname()) as front, Ends(listener, front) as ends:
        ends.client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            ends.client.sendall(bytes(100_000_000))
        ends.server.settimeout(0.3)
        size = 0
        with pytest.raises(TimeoutError):
            while data := ends.server.recv(1 << 20):
                size += len(data)
        assert size > 100_000


@pytest.mark.parametrize("reply", [False, True])
def test_a_reset_comes_to_both_ends_after_so_many_bytes(
    listener: socket.socket, reply: bool
) -> None:
    relay = TCPRelay(listener.getsockname(), f"reset {'reply ' if reply else ''}5")
    with relay as front, Ends(listener, front) as ends:
        sender, reader = (ends.server, ends.client) if reply else (ends.client, ends.server)
        sender.sendall(b"0123456789")
        assert until_reset(reader) == b"01234"
        assert until_reset(sender) == b""
    resets = [m for m in relay.trace if isinstance(m, Message) and m.step == "reset"]
    assert [(m.sender, m.fate) for m in resets] == [("server", "forged"), ("client", "forged")]
    assert resets[0].faults == str(relay.faults)


def test_a_half_close_ends_one_direction_and_the_rest_is_lost(listener: socket.socket) -> None:
    relay = TCPRelay(listener.getsockname(), "half-close 5")
    with relay as front, Ends(listener, front) as ends:
        ends.client.sendall(b"0123456789")
        assert b"".join(reads(ends.server)) == b"01234"
        ends.client.sendall(b"more")
        ends.server.sendall(b"answer")
        assert ends.client.recv(100) == b"answer"
        ends.client.shutdown(socket.SHUT_WR)
        ends.server.close()
        assert reads(ends.client) == []
    told = [(m.step, m.fate) for m in relay.trace if m.sender == "client"]
    assert told[:3] == [("open", "delivered"), ("data", "delivered"), ("end", "forged")]
    lost = [m.data for m in relay.trace if m.sender == "client" and m.fate == "lost"]
    assert b"".join(lost) == b"56789more"


@pytest.mark.parametrize("reply", [False, True])
def test_an_ends_own_reset_is_passed_on(listener: socket.socket, reply: bool) -> None:
    relay = TCPRelay(listener.getsockname())
    with relay as front, Ends(listener, front) as ends:
        breaker, other = (ends.server, ends.client) if reply else (ends.client, ends.server)
        breaker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        breaker.close()
        assert until_reset(other) == b""
    last = relay.trace[-1]
    assert (last.step, last.sender) == ("reset", "server" if reply else "client")


def test_a_reset_is_found_by_who_writes_if_nobody_reads(listener: socket.socket) -> None:
    relay = TCPRelay(listener.getsockname(), "stall 0")
    with relay as front, Ends(listener, front) as ends:
        ends.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        ends.client.close()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while True:
                ends.server.sendall(bytes(1000))


def test_clients_that_give_up_at_once_harm_nobody(listener: socket.socket) -> None:
    with TCPRelay(listener.getsockname(), "split every 1; short reply 2B") as front:
        for _ in range(50):
            with socket.create_connection(front, SERVER_S) as hasty:
                hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                hasty.send(b"never mind")
        with socket.create_connection(front, SERVER_S) as client:
            client.sendall(b"honest")
            client.shutdown(socket.SHUT_WR)
            came = b""
            while came != b"honest":
                server, _ = listener.accept()
                with server, contextlib.suppress(ConnectionResetError):
                    server.settimeout(SERVER_S)
                    came = b"".join(reads(server))


def test_a_slow_reader_gets_a_cut_stream_whole(listener: socket.socket) -> None:
    """One that takes nothing for long is sent the next piece all the same."""
    with TCPRelay(listener.getsockname(), "split 1,2") as front, Ends(listener, front) as ends:
        ends.client.sendall(b"abcdef")
        ends.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 6)
        assert ends.server.recv(100) == b"abcdef"


def test_where_nobody_knows_what_was_read_a_pause_has_to_do(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diag, "taken", lambda reader, writer: None)
    with TCPRelay(listener.getsockname(), "split every 2") as front, Ends(listener, front) as ends:
        ends.client.sendall(b"abcdef")
        ends.client.shutdown(socket.SHUT_WR)
        assert b"".join(reads(ends.server)) == b"abcdef"


def test_a_trace_over_its_cap_says_so_and_the_stream_goes_on(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "Trace", lambda: Trace(most=2))
    relay = TCPRelay(listener.getsockname(), "split every 1")
    with relay as front, Ends(listener, front) as ends:
        ends.client.sendall(b"abcd")
        ends.client.shutdown(socket.SHUT_WR)
        assert b"".join(reads(ends.server)) == b"abcd"
    assert relay.trace.unrecorded_bytes == 3
    assert relay.trace.unrecorded >= 4  # the client's end too, and the server's if it came in time


@pytest.mark.parametrize("host", HOSTS)
def test_nobody_there_is_a_reset(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as gone:
        address = gone.getsockname()
    relay = TCPRelay(address)
    with relay as front:
        for _ in range(3):
            with pytest.raises(ConnectionResetError):  # while it connects, or as it reads
                with socket.create_connection(front, SERVER_S) as client:
                    client.recv(100)
        with socket.create_server(address[:2], family=family) as back:
            back.settimeout(SERVER_S)
            with Ends(back, front) as ends:
                ends.client.sendall(b"there you are")
                assert ends.server.recv(100) == b"there you are"
    assert [m.step for m in relay.trace][:2] == ["open", "reset"]


def test_every_connection_meets_the_schedule_for_itself(listener: socket.socket) -> None:
    relay = TCPRelay(listener.getsockname(), "half-close 3")
    with relay as front:
        pairs = [Ends(listener, front) for _ in range(20)]
        for number, ends in enumerate(pairs):
            ends.client.sendall(b"%02d345" % number)
        for number, ends in enumerate(pairs):
            with ends:
                assert b"".join(reads(ends.server)) == b"%02d3" % number
    assert relay.endpoints[:3] == ("client", "server", "client 2")
    assert len(relay.endpoints) == 21


def test_when_no_descriptor_is_left_the_next_clients_wait(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refused = socket.socket.accept, []

    def accept(self: socket.socket) -> tuple[socket.socket, object]:
        if threading.current_thread().name.startswith("serving") and len(refused) < 3:
            refused.append(1)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return real(self)

    monkeypatch.setattr(socket.socket, "accept", accept)
    with TCPRelay(listener.getsockname()) as front, Ends(listener, front) as ends:
        ends.client.sendall(b"patient")
        assert ends.server.recv(100) == b"patient"
    assert len(refused) == 3


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.integers(), st.binary(min_size=1, max_size=300), st.binary(max_size=300))
def test_whatever_is_split_or_merged_or_late_the_bytes_arrive(
    listener: socket.socket, seed: int, request: bytes, reply: bytes
) -> None:
    kinds = ("split", "merge", "short", "window", "delay", "stall")
    schedule = Schedule.random(seed, kinds, most=5, within=300)
    with TCPRelay(listener.getsockname(), schedule, clock=Hurried()) as front:
        with Ends(listener, front) as ends:
            ends.client.sendall(request)
            ends.client.shutdown(socket.SHUT_WR)
            assert b"".join(reads(ends.server)) == request
            ends.server.sendall(reply)
            ends.server.close()
            assert b"".join(reads(ends.client)) == reply


class Hurried(HandClock):
    """Time passes as soon as somebody waits for it."""

    def until(self, due: float) -> float | None:
        self._now = max(self._now, due)
        return 0


def test_large_streams_pass_both_ways_at_once(listener: socket.socket) -> None:
    data = os.urandom(1 << 20) * 8
    came: dict[str, bytes] = {}

    def pump(name: str, sock: socket.socket) -> Callable[[], None]:
        def run() -> None:
            writer = threading.Thread(
                target=lambda: (sock.sendall(data), sock.shutdown(socket.SHUT_WR))
            )
            writer.start()
            came[name] = b"".join(reads(sock))
            writer.join()

        return run

    relay = TCPRelay(listener.getsockname())
    with relay as front, Ends(listener, front) as ends:
        other = threading.Thread(target=pump("server", ends.server))
        other.start()
        pump("client", ends.client)()
        other.join()
    assert came == {"client": data, "server": data}


def test_leaving_the_block_gives_everything_back(listener: socket.socket) -> None:
    with TCPRelay(listener.getsockname(), "delay 1 60000ms; stall reply 0") as front:
        ends = [Ends(listener, front) for _ in range(5)]
        for each in ends:
            each.client.sendall(b"xyz")
            each.server.sendall(b"xyz")
    for each in ends:
        each.client.close()
        each.server.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(front)


def test_a_word_for_datagrams_is_refused(listener: socket.socket) -> None:
    sentence = (
        "^a TCPRelay knows delay, split, merge, stall, reset, half-close, short or window; "
        "got 'lose 1'$"
    )
    with pytest.raises(ValueError, match=sentence):
        TCPRelay(listener.getsockname(), "lose 1")


def test_entering_twice_is_refused(listener: socket.socket) -> None:
    relay = TCPRelay(listener.getsockname())
    with relay, pytest.raises(NetlibError, match=r"^this relay is running already: make a second"):
        relay.__enter__()


@pytest.mark.parametrize(
    ("address", "error"),
    [(("127.0.0.1", 70_000), OverflowError), (("127.0.0.1", "x"), TypeError)],
)
def test_a_bad_target_fails_in_the_cell_and_not_in_a_thread(
    address: Address, error: type[Exception]
) -> None:
    with pytest.raises(error):
        TCPRelay(address).__enter__()
