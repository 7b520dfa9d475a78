import contextlib
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from netlib.clock import HandClock
from netlib.deadlines import SERVER_S
from netlib.errors import NetlibError
from netlib.faults import Schedule, UDPRelay, udp_ports
from netlib.faults import relay as relays
from netlib.labels import label
from netlib.trace import Trace

Address = tuple[str, int]


linux = pytest.mark.skipif(sys.platform != "linux", reason="ICMP is shown on Linux only")


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


HOSTS = ["127.0.0.1", *(["::1"] if has_ipv6() else [])]


def family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def udp(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    sock = socket.socket(family(host), socket.SOCK_DGRAM)
    sock.bind((host, port))
    sock.settimeout(SERVER_S)
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
    assert set(relay.endpoints) == {m.sender for m in relay.trace} | {
        m.receiver for m in relay.trace
    }


def test_what_comes_from_another_port_arrives_from_another_port(
    target: socket.socket, client: socket.socket
) -> None:
    """As TFTP's transfer identifiers do: RFC 1350, section 4."""
    relay = UDPRelay(target.getsockname())
    with relay as front, udp() as other:
        client.sendto(b"read", front)
        _, peer = target.recvfrom(100)
        other.sendto(b"data 1", peer)
        data, second = client.recvfrom(100)
        assert data == b"data 1"
        assert second != front
        client.sendto(b"ack 1", second)
        assert other.recvfrom(100) == (b"ack 1", peer)
        other.sendto(b"data 2", peer)
        assert client.recvfrom(100) == (b"data 2", second)
        target.sendto(b"from the first", peer)
        assert client.recvfrom(100) == (b"from the first", front)
    assert [(m.source, m.destination) for m in relay.trace[1:3]] == [
        (second, client.getsockname()),
        (client.getsockname(), second),
    ]
    assert relay.endpoints == ("client", "server")


def connected(address: Address) -> socket.socket:
    sock = socket.socket(
        socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM
    )
    sock.settimeout(SERVER_S)
    sock.connect(address)
    return sock


@linux
@pytest.mark.parametrize("host", HOSTS)
def test_nobody_there_is_port_unreachable_from_the_first_datagram_on(host: str) -> None:
    with udp(host) as gone:
        address = gone.getsockname()
    relay = UDPRelay(address)
    with relay as front, connected(front) as one, connected(front) as two:
        for sock in (one, two, one):
            sock.send(b"anybody?")
            with pytest.raises(ConnectionRefusedError):
                sock.recv(100)
    assert list(relay.trace) == []


@linux
@pytest.mark.parametrize("host", HOSTS)
def test_a_target_may_leave_and_come_back(host: str) -> None:
    with udp(host) as gone:
        address = gone.getsockname()
        relay = UDPRelay(address)
        front = relay.__enter__()
        client = connected(front)
        client.send(b"1")
        assert receive(gone, 1) == [b"1"]
    with client:
        refused = 0
        for _ in range(1000):  # the first only finds out
            try:
                client.send(b"2")
                client.settimeout(0.05)
                client.recv(100)
            except ConnectionRefusedError:
                refused += 1
                break
            except TimeoutError:
                continue
        assert refused
        with udp(host, address[1]) as back:
            back.settimeout(0.05)
            for _ in range(1000):
                with contextlib.suppress(ConnectionRefusedError):
                    client.send(b"3")
                with contextlib.suppress(TimeoutError):
                    data, peer = back.recvfrom(100)
                    break
            assert data == b"3"
            back.sendto(b"4", peer)
            client.settimeout(SERVER_S)
            while True:
                with contextlib.suppress(ConnectionRefusedError):
                    assert client.recv(100) == b"4"
                    break
        relay.__exit__(None, None, None)


@linux
def test_a_transfers_port_that_closes_is_refused_and_opens_again_when_heard(
    target: socket.socket,
) -> None:
    with UDPRelay(target.getsockname()) as front, udp() as client:
        client.sendto(b"read", front)
        _, peer = target.recvfrom(100)
        with udp() as transfer:
            port = transfer.getsockname()[1]
            transfer.sendto(b"data", peer)
            _, second = client.recvfrom(100)
        client.connect(second)
        client.send(b"finds out")
        with pytest.raises(ConnectionRefusedError):
            for _ in range(1000):
                client.send(b"ack")
                client.settimeout(0.01)
                with contextlib.suppress(TimeoutError):
                    client.recv(100)
        client.settimeout(SERVER_S)
        with udp(port=port) as transfer:
            transfer.sendto(b"again", peer)
            while True:
                with contextlib.suppress(ConnectionRefusedError):
                    assert client.recv(100) == b"again"
                    break
            client.send(b"ack")
            assert receive(transfer, 1) == [b"ack"]


def test_ipv6_passes_both_ways() -> None:
    if not has_ipv6():
        pytest.skip("there is no ::1 here")
    with udp("::1") as target, udp("::1") as client:
        relay = UDPRelay(target.getsockname(), "duplicate reply 1")
        with relay as front:
            client.sendto(b"hello", front)
            _, peer = target.recvfrom(100)
            target.sendto(b"you too", peer)
            assert receive(client, 2) == [b"you too"] * 2
            assert relay.trace[0].source == client.getsockname()[:2]


@pytest.mark.parametrize(
    ("text", "data"), [("", b"stranger"), (" 0x", b""), (" 0x00ff", b"\0\xff")]
)
def test_a_strangers_packet_comes_before_the_reply_from_a_third_port(
    target: socket.socket, client: socket.socket, text: str, data: bytes
) -> None:
    relay = UDPRelay(target.getsockname(), f"stranger reply 2{text}")
    with relay as front:
        client.sendto(b"?", front)
        _, peer = target.recvfrom(100)
        for answer in (b"1", b"2"):
            target.sendto(answer, peer)
        assert client.recvfrom(100) == (b"1", front)
        came, stranger = client.recvfrom(100)
        assert came == data
        assert stranger not in (front, peer, target.getsockname())
        assert client.recvfrom(100) == (b"2", front)
        client.sendto(b"unknown transfer ID", stranger)
        client.sendto(b"on", front)
        assert receive(target, 1) == [b"on"]
        # The stranger's own port is read in one of these turns.
        while not any(message.receiver == "stranger" for message in relay.trace):
            client.sendto(b"on", front)
            assert receive(target, 1) == [b"on"]
    told = {(m.sender, m.receiver, m.data, m.fate) for m in relay.trace}
    assert ("stranger", "client", data, "forged") in told
    assert ("client", "stranger", b"unknown transfer ID", "delivered") in told
    assert relay.endpoints == ("client", "server", "stranger")


def test_a_stranger_may_come_to_the_server_too(
    target: socket.socket, client: socket.socket
) -> None:
    with UDPRelay(target.getsockname(), "stranger 1 0x45") as front:
        client.sendto(b"hello", front)
        (first, stranger), (second, peer) = target.recvfrom(100), target.recvfrom(100)
    assert (first, second) == (b"E", b"hello")
    assert stranger != peer


def test_every_so_often_is_every_multiple(target: socket.socket, client: socket.socket) -> None:
    with UDPRelay(target.getsockname(), "lose every 3; duplicate 4") as front:
        for letter in "abcdefg":
            client.sendto(letter.encode(), front)
        assert b"".join(receive(target, 6)) == b"abddeg"


def test_delays_run_on_the_clock_that_is_given(
    target: socket.socket, client: socket.socket
) -> None:
    clock = HandClock()
    relay = UDPRelay(target.getsockname(), "delay 1 60000ms; delay 2 1000ms", clock=clock)
    with relay as front:
        for letter in (b"a", b"b", b"c"):
            client.sendto(letter, front)
        assert receive(target, 1) == [b"c"]
        clock.advance(1)
        assert receive(target, 1) == [b"b"]
        clock.advance(58.999)
        client.sendto(b"d", front)
        assert receive(target, 1) == [b"d"]
        clock.advance(0.001)
        assert receive(target, 1) == [b"a"]
    last = relay.trace[-1]
    assert (last.data, last.sent, last.time, last.faults) == (b"a", 0, 60, "delay 1 60000ms")
    with pytest.raises(ValueError, match="time never runs back; got -1"):
        clock.advance(-1)


def test_a_word_for_streams_is_refused(target: socket.socket) -> None:
    sentence = (
        "^a UDPRelay knows lose, duplicate, reorder, delay, truncate, corrupt or stranger; "
        "got 'split every 3'$"
    )
    with pytest.raises(ValueError, match=sentence):
        UDPRelay(target.getsockname(), "lose 1; split every 3")


def test_a_datagram_is_counted_from_one(target: socket.socket) -> None:
    with pytest.raises(ValueError, match="^datagrams are counted from 1; got 'delay 0 5ms'$"):
        UDPRelay(target.getsockname(), "delay 0 5ms")


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
    monkeypatch.setattr(udp_ports, "_MOST", 2)
    with UDPRelay(target.getsockname()) as front, udp() as one, udp() as two, udp() as three:
        for sock in (one, two, three, one):
            sock.sendto(b"x", front)
            data, peer = target.recvfrom(100)
            target.sendto(data, peer)
            assert receive(sock, 1) == [b"x"]


def test_more_peers_than_front_ports_are_forgotten_oldest_first(
    target: socket.socket, client: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(udp_ports, "_MOST", 2)
    with UDPRelay(target.getsockname()) as front:
        client.sendto(b"?", front)
        _, peer = target.recvfrom(100)
        fronts = []
        for number in range(5):
            with udp() as other:
                other.sendto(b"%d" % number, peer)
                data, source = client.recvfrom(100)
                assert data == b"%d" % number
                fronts.append(source)
        assert len({front, *fronts}) >= 3
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(fronts[0])  # it is free
        target.sendto(b"the target's own stays", peer)
        assert client.recvfrom(100) == (b"the target's own stays", front)


def test_two_strangers_packets_come_from_one_third_port(
    target: socket.socket, client: socket.socket
) -> None:
    with UDPRelay(target.getsockname(), "stranger 1; stranger 2") as front:
        for letter in (b"a", b"b"):
            client.sendto(letter, front)
        came = [target.recvfrom(100) for _ in range(4)]
    assert [data for data, _ in came] == [b"stranger", b"a", b"stranger", b"b"]
    assert came[0][1] == came[2][1]


@pytest.mark.parametrize("error", [ConnectionRefusedError, OSError])
def test_what_the_kernel_refuses_to_send_is_lost(
    target: socket.socket,
    client: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    error: type[OSError],
) -> None:
    real, tried = socket.socket.sendto, threading.Event()

    def sendto(self: socket.socket, *arguments: object) -> int:
        if arguments[-1] == target.getsockname():
            tried.set()
            raise error(105, "No buffer space available")
        return real(self, *arguments)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(socket.socket, "sendto", sendto)
    relay = UDPRelay(target.getsockname())
    with relay as front:
        client.sendto(b"x", front)
        assert tried.wait(SERVER_S)
    assert fates(relay) == [(b"x", "lost")]


def test_a_trace_stops_at_its_cap_and_counts_the_rest(
    target: socket.socket, client: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "Trace", lambda: Trace(most=2))
    relay = UDPRelay(target.getsockname())
    with relay as front:
        for _ in range(5):
            client.sendto(b"x", front)
        assert receive(target, 5) == [b"x"] * 5
    assert relay.trace.unrecorded == 3
    assert [getattr(event, "text", "") for event in relay.trace] == [
        "",
        "",
        "… 3 more, 3 B, not recorded",
    ]


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
        "faults 'lose 1; loose 2', character 9: expected lose, duplicate, reorder, delay, "
        "truncate, corrupt, stranger, split, merge, stall, reset, half-close, short or window; "
        "got 'loose'"
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
    monkeypatch.setattr(udp_ports.Ports, "behind", no_descriptor)
    relay = UDPRelay(target.getsockname())
    with relay as front:
        client.sendto(b"x", front)
        assert tried.wait(SERVER_S)
    assert fates(relay) == [(b"x", "lost")]


def test_arrows_are_labelled_as_the_reader_wishes() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target:
        target.bind(("127.0.0.1", 0))
        target.settimeout(SERVER_S)
        relay = UDPRelay(target.getsockname(), label=label)
        with relay as address, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"\0\1notes.txt\0octet\0", address)
            target.recv(100)
        (asked,) = relay.trace
    assert asked.label == 'RRQ "notes.txt" octet'
