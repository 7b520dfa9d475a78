import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from netlib import faults as module
from netlib.errors import NetlibError
from netlib.faults import Schedule, UDPRelay
from netlib.ladder import text
from netlib.serving import DEADLINE_S

Address = tuple[str, int]


def udp() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(DEADLINE_S)
    return sock


@pytest.fixture
def target() -> Iterator[socket.socket]:
    with udp() as sock:
        yield sock


@pytest.fixture
def client() -> Iterator[socket.socket]:
    with udp() as sock:
        yield sock


def receive(sock: socket.socket, count: int) -> list[bytes]:
    return [sock.recvfrom(65_507)[0] for _ in range(count)]


def fates(relay: UDPRelay) -> list[tuple[bytes, str]]:
    return [(message.data, message.fate) for message in relay.trace]


EVERYTHING = [b"", b"hello", bytes(range(256)), "你好".encode("gbk"), bytes(65_507)]


@pytest.mark.parametrize("payload", EVERYTHING, ids=len)
def test_datagrams_pass_both_ways_unchanged(
    target: socket.socket, client: socket.socket, payload: bytes
) -> None:
    with UDPRelay(target.getsockname()) as front:
        client.sendto(payload, front)
        data, peer = target.recvfrom(65_507)
        assert data == payload
        target.sendto(payload, peer)
        assert client.recvfrom(65_507) == (payload, front)


INVERTED = b"01234" + bytes([ord("5") ^ 0xFF]) + b"6789"


@pytest.mark.parametrize(
    ("schedule", "arrived", "trace"),
    [
        ("", "abcd", "a b c d"),
        ("lose 1", "bcd", "a-lost b c d"),
        ("lose 1; lose 2; lose 3", "d", "a-lost b-lost c-lost d"),
        ("duplicate 2", "abbcd", "a b b-duplicate c d"),
        ("reorder 1", "bacd", "b a-late c d"),
        ("reorder 2; duplicate 3", "accbd", "a c c-duplicate b-late d"),
        ("reorder 1; reorder 2", "acbd", "a c b-late d"),
        ("reorder 1; duplicate 1", "baacd", "b a-late a-duplicate c d"),
        ("reorder 1; lose 2", "acd", "b-lost a c d"),
        ("lose 2; duplicate 2", "acd", "a b-lost c d"),
        ("lose 5", "abcd", "a b c d"),
    ],
)
def test_the_schedule_happens_and_the_trace_tells_it(
    target: socket.socket, client: socket.socket, schedule: str, arrived: str, trace: str
) -> None:
    relay = UDPRelay(target.getsockname(), schedule)
    with relay as front:
        for letter in "abcd":
            client.sendto(letter.encode(), front)
        assert b"".join(receive(target, len(arrived))) == arrived.encode()
    told = " ".join(
        message.data.decode() + ("" if message.fate == "delivered" else f"-{message.fate}")
        for message in relay.trace
    )
    assert told == trace
    assert {(message.sender, message.receiver) for message in relay.trace} == {("client", "server")}


@pytest.mark.parametrize(
    ("schedule", "sent", "arrived", "fate"),
    [
        ("truncate 1 4B", b"0123456789", b"0123", "truncated"),
        ("truncate 1 0B", b"0123456789", b"", "truncated"),
        ("truncate 1 10B", b"0123456789", b"0123456789", "delivered"),
        ("corrupt 1", b"0123456789", INVERTED, "corrupted"),
        ("corrupt 1", b"", b"", "delivered"),
        ("truncate 1 1B; corrupt 1", b"\x00\x01", b"\xff", "corrupted"),
    ],
)
def test_a_datagram_is_spoilt_the_same_way_every_time(
    target: socket.socket,
    client: socket.socket,
    schedule: str,
    sent: bytes,
    arrived: bytes,
    fate: str,
) -> None:
    for _ in range(3):
        relay = UDPRelay(target.getsockname(), schedule)
        with relay as front:
            client.sendto(sent, front)
            assert receive(target, 1) == [arrived]
        assert fates(relay) == [(arrived, fate)]


def test_replies_are_counted_for_themselves(target: socket.socket, client: socket.socket) -> None:
    relay = UDPRelay(target.getsockname(), "lose reply 2; duplicate reply 3")
    with relay as front:
        client.sendto(b"?", front)
        _, peer = target.recvfrom(100)
        for letter in (b"a", b"b", b"c"):
            target.sendto(letter, peer)
        assert receive(client, 3) == [b"a", b"c", b"c"]
    assert [(m.sender, m.fate) for m in relay.trace] == [
        ("client", "delivered"),
        ("server", "delivered"),
        ("server", "lost"),
        ("server", "delivered"),
        ("server", "duplicate"),
    ]


def test_a_delayed_datagram_is_late_and_not_early(
    target: socket.socket, client: socket.socket
) -> None:
    relay = UDPRelay(target.getsockname(), "delay 1 50ms; delay 2 50ms")
    with relay as front:
        sent = time.monotonic()
        for letter in (b"a", b"b", b"c"):
            client.sendto(letter, front)
        assert receive(target, 3) == [b"c", b"a", b"b"]
        assert time.monotonic() - sent >= 0.05
    assert fates(relay) == [(b"c", "delivered"), (b"a", "late"), (b"b", "late")]
    times = [message.time for message in relay.trace]
    assert times == sorted(times)


def test_what_is_still_on_its_way_at_the_end_is_lost(
    target: socket.socket, client: socket.socket
) -> None:
    relay = UDPRelay(target.getsockname(), "delay 1 60000ms; reorder 3")
    with relay as front:
        for letter in (b"a", b"b", b"c"):
            client.sendto(letter, front)
        client.sendto(b"?", front)  # releases c
        assert receive(target, 3) == [b"b", b"?", b"c"]
    assert fates(relay)[-1] == (b"a", "lost")


def test_a_reordered_datagram_that_none_overtakes_is_lost(
    target: socket.socket, client: socket.socket
) -> None:
    relay = UDPRelay(target.getsockname(), "reorder 1; reorder reply 1")
    with relay as front:
        client.sendto(b"a", front)
        client.sendto(b"b", front)
        client.sendto(b"c", front)
        _, peer = target.recvfrom(100)
        assert receive(target, 2) == [b"a", b"c"]
        target.sendto(b"r", peer)
        client.sendto(b"d", front)  # both wait at the relay, and it reads both in one turn
        assert receive(target, 1) == [b"d"]
    assert (b"r", "lost") in fates(relay)


def test_every_client_gets_its_own_replies(target: socket.socket) -> None:
    relay = UDPRelay(target.getsockname())
    with relay as front, udp() as one, udp() as two:
        peers = {}
        for sock, name in ((one, b"1"), (two, b"2"), (one, b"1")):
            sock.sendto(name, front)
            data, peers[name] = target.recvfrom(100)
            assert data == name
        assert peers[b"1"] != peers[b"2"]
        target.sendto(b"to 2", peers[b"2"])
        target.sendto(b"to 1", peers[b"1"])
        assert receive(one, 1) == [b"to 1"]
        assert receive(two, 1) == [b"to 2"]
    assert relay.endpoints == ("client", "server", "client 2")
    assert [message.sender for message in relay.trace[:3]] == ["client", "client 2", "client"]
    assert len(text(relay.trace, relay.endpoints)) == 6


def test_a_stranger_cannot_reach_a_client_through_the_relay(
    target: socket.socket, client: socket.socket
) -> None:
    with UDPRelay(target.getsockname()) as front, udp() as stranger:
        client.sendto(b"?", front)
        _, peer = target.recvfrom(100)
        stranger.sendto(b"EVIL", peer)
        target.sendto(b"good", peer)
        assert receive(client, 1) == [b"good"]


def test_a_target_that_refuses_is_silence_and_may_come_back(client: socket.socket) -> None:
    with udp() as gone:
        address = gone.getsockname()
    relay = UDPRelay(address)
    with relay as front:
        for _ in range(20):
            client.sendto(b"anybody?", front)
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recvfrom(100)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
            back.bind(address)
            back.settimeout(DEADLINE_S)
            client.sendto(b"again", front)
            assert receive(back, 1) == [b"again"]
    assert len(relay.trace) == 21


def test_a_client_that_left_does_not_end_the_relay(
    target: socket.socket, client: socket.socket
) -> None:
    with UDPRelay(target.getsockname()) as front:
        with udp() as leaver:
            leaver.sendto(b"bye", front)
            _, peer = target.recvfrom(100)
        for _ in range(3):
            target.sendto(b"too late", peer)
        client.sendto(b"still there?", front)
        assert receive(target, 1) == [b"still there?"]


def test_more_clients_than_sockets_are_forgotten_oldest_first(
    target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_CLIENTS", 2)
    with UDPRelay(target.getsockname()) as front, udp() as one, udp() as two, udp() as three:
        for sock in (one, two, three, one):
            sock.sendto(b"x", front)
            data, peer = target.recvfrom(100)
            target.sendto(data, peer)
            assert receive(sock, 1) == [b"x"]


def test_a_trace_stops_at_its_cap_and_counts_the_rest(
    target: socket.socket, client: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_RECORDED", 2)
    relay = UDPRelay(target.getsockname())
    with relay as front:
        for _ in range(5):
            client.sendto(b"x", front)
        assert receive(target, 5) == [b"x"] * 5
    assert (len(relay.trace), relay.unrecorded) == (2, 3)


def test_a_replay_gives_the_same_trace(target: socket.socket, client: socket.socket) -> None:
    relay = UDPRelay(target.getsockname(), "lose 2; reorder 3; duplicate 5; corrupt 6")
    runs = []
    for _ in range(20):
        with relay as front:
            for letter in "abcdefg":
                client.sendto(letter.encode(), front)
            receive(target, 7)
        runs.append(fates(relay))
    assert runs == [runs[0]] * 20
    again = UDPRelay(target.getsockname(), Schedule.parse(str(relay.faults)))
    assert again.faults == relay.faults


def test_the_names_in_the_trace_can_be_given(target: socket.socket, client: socket.socket) -> None:
    relay = UDPRelay(target.getsockname(), names=("客户端", "服务器"))
    with relay as front:
        client.sendto(b"x", front)
        receive(target, 1)
    assert relay.endpoints == ("客户端", "服务器")
    assert relay.trace[0].sender == "客户端"


def test_the_blocks_exception_passes_and_everything_is_given_back(target: socket.socket) -> None:
    fronts = []

    def block() -> None:
        with UDPRelay(target.getsockname(), "delay 1 60000ms") as front, udp() as sock:
            fronts.append(front)
            sock.sendto(b"x", front)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        block()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(fronts[0])


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (("127.0.0.1", 70_000), OverflowError),
        (("127.0.0.1", "x"), TypeError),
        (("a b", 1), OSError),
    ],
)
def test_a_bad_target_fails_in_the_cell_and_not_in_a_thread(
    address: Address, error: type[Exception]
) -> None:
    with pytest.raises(error):
        UDPRelay(address).__enter__()


def test_a_thread_that_cannot_start_leaves_nothing(
    target: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    relay = UDPRelay(target.getsockname())
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        relay.__enter__()
    monkeypatch.undo()
    with relay:
        pass


def test_entering_twice_is_refused(target: socket.socket) -> None:
    relay = UDPRelay(target.getsockname())
    with relay, pytest.raises(NetlibError, match=r"^this relay is running already: make a second"):
        relay.__enter__()
    relay.__exit__(None, None, None)


def test_a_bad_schedule_is_refused_before_anything_opens(target: socket.socket) -> None:
    sentence = (
        "faults 'lose 1; loose 2', character 9: expected lose, duplicate, delay, reorder, "
        "truncate or corrupt; got 'loose'"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        UDPRelay(target.getsockname(), "lose 1; loose 2")


def test_what_cannot_be_sent_is_lost(
    target: socket.socket, client: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_descriptor(self: object, client: Address) -> socket.socket:
        tried.set()
        raise OSError(24, "Too many open files")

    tried = threading.Event()
    monkeypatch.setattr(module._Run, "_towards_target", no_descriptor)
    relay = UDPRelay(target.getsockname())
    with relay as front:
        client.sendto(b"x", front)
        assert tried.wait(DEADLINE_S)
    assert fates(relay) == [(b"x", "lost")]
