"""netlib.states in situations that are known, and against what ss says of the same sockets."""

import contextlib
import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from netlib.deadlines import stretched
from netlib.errors import Malformed, Unavailable
from netlib.states import (
    COUNTERS,
    Counters,
    States,
    TCPInfo,
    WatchedSocket,
    counters,
    read_counters,
    states,
    watch,
)
from netlib.states.diag import ask, dump, open_diag

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells its states")
DEADLINE_S = stretched(60)
ROOT = Path(__file__).parents[2]
UNSHARE = ("unshare", "--user", "--map-root-user", "--net")
Address = tuple[str, int]
T = TypeVar("T")


def eventually(look: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Return what look() gives as soon as it is as it should be."""
    end = time.monotonic() + DEADLINE_S
    while not done(found := look()):
        assert time.monotonic() < end, f"still, after {DEADLINE_S} s:\n{found}"
    return found


def only(found: States) -> WatchedSocket:
    (one,) = found
    return one


def of(local: Address, peer: Address | None = None) -> States:
    """Return the sockets bound to local (and connected to peer)."""
    return States(
        one for one in states() if one.local == local and (peer is None or one.peer == peer)
    )


@contextlib.contextmanager
def pair(family: int = socket.AF_INET) -> Iterator[tuple[socket.socket, socket.socket, Address]]:
    """A connection: the client's socket, the server's, the listener's address."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.create_server((host, 0), family=family) as listener:
        address = listener.getsockname()[:2]
        with socket.create_connection(address) as client:
            server, _ = listener.accept()
            with server:
                yield client, server, address


def test_a_listener_with_a_full_backlog_shows_both_its_numbers() -> None:
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(2)
        address = listener.getsockname()
        for _ in range(6):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            assert client.connect_ex(address) != 0
        full = eventually(
            lambda: States(one for one in of(address) if one.state == "LISTEN"),
            lambda found: only(found).receive_queue == 3,
        )
        assert only(full).send_queue == 2  # listen(n) means n + 1
        assert only(full).info is not None
        waiting = [one for one in states() if one.peer == address and one.state == "SYN_SENT"]
        assert len(waiting) == 3
        assert {one.timer for one in waiting} == {"retransmission"}
        assert all(0 < one.expires_ms <= 60_000 for one in waiting)
        assert "3 to accept" in str(full) and "backlog 2" in str(full)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_bytes_that_nobody_read_are_in_the_receive_queue(family: int) -> None:
    with contextlib.ExitStack() as stack:
        try:
            client, server, address = stack.enter_context(pair(family))
        except OSError as error:
            pytest.skip(f"no IPv6 here: {error}")
        client.sendall(b"x" * 777)
        found = eventually(
            lambda: of(address, client.getsockname()[:2]),
            lambda found: only(found).receive_queue == 777,
        )
        one = only(found)
        assert (one.protocol, one.state, one.uid) == ("tcp", "ESTABLISHED", os.getuid())
        assert one.inode == os.fstat(server.fileno()).st_ino
        assert isinstance(one.info, TCPInfo)
        assert one.info.rtt_ms > 0 and one.info.window > 0 and one.info.retransmitted == 0


def test_bytes_that_the_peer_does_not_take_are_in_the_send_queue_with_a_timer() -> None:
    with pair() as (client, server, address):
        client.setblocking(False)
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                sent += client.send(b"x" * 65536)
        ours = client.getsockname()
        eventually(
            lambda: of(ours, address),
            lambda found: only(found).timer == "zero window",
        )
        eventually(  # what came and is not acknowledged yet is in both queues
            lambda: only(of(ours, address)).send_queue + only(of(address, ours)).receive_queue,
            lambda held: held == sent,
        )
        assert server.getpeername() == ours


def test_who_closes_first_waits_with_a_timer_and_who_does_not_close_shows_it() -> None:
    with pair() as (client, server, address):
        ours = client.getsockname()
        client.shutdown(socket.SHUT_WR)
        eventually(lambda: of(address, ours), lambda found: only(found).state == "CLOSE_WAIT")
        eventually(lambda: of(ours, address), lambda found: only(found).state == "FIN_WAIT2")
        server.close()
        client.close()
        found = eventually(
            lambda: of(ours, address), lambda found: only(found).state == "TIME_WAIT"
        )
        one = only(found)
        assert (one.timer, one.inode, one.info) == ("time wait", 0, None)
        assert 0 < one.expires_ms <= 60_000
        assert not of(address, ours)


def test_a_keepalive_timer_is_told() -> None:
    with pair() as (client, _, address):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 100)
        one = only(of(client.getsockname(), address))
        assert one.timer == "keepalive"
        assert 90_000 < one.expires_ms <= 100_000


def test_datagrams_without_room_are_counted_as_drops() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        receiver.bind(("127.0.0.1", 0))
        address = receiver.getsockname()
        assert only(of(address)).state == "UNCONNECTED"
        for _ in range(50):
            sender.sendto(bytes(1000), address)
        one = only(of(address))
        receiver.setblocking(False)
        arrived = 0
        with contextlib.suppress(BlockingIOError):
            while receiver.recv(2000):
                arrived += 1
        assert one.drops == 50 - arrived > 0
        assert one.receive_queue > 0
        sender.connect(address)
        assert only(of(sender.getsockname())).state == "CONNECTED"
        assert f"  {one.drops}\n" in f"{of(address)}\n"


def test_a_socket_that_is_only_bound_does_no_harm() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert {one.state for one in of(bound.getsockname())} <= {"CLOSE"}  # since Linux 6.8


def test_ss_says_the_same() -> None:
    program = shutil.which("ss")
    if program is None:
        pytest.skip("there is no ss here: install iproute2 to compare with it")
    with pair() as (client, server, address), pair() as (half, _, _):
        client.sendall(b"x" * 10)
        half.shutdown(socket.SHUT_WR)
        view = watch(address[1], half.getpeername()[1])
        ours = eventually(
            view.now,
            lambda found: (
                {one.state for one in found} == {"LISTEN", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT2"}
                and max(one.receive_queue for one in found) == 10
            ),
        )
        told = subprocess.run(
            [program, "-tanOi"], capture_output=True, text=True, check=True, timeout=DEADLINE_S
        ).stdout
        assert {_line(one) for one in ours} <= {
            tuple(line.split()[:5]) for line in told.splitlines()
        }
        for line in told.splitlines():
            for one in ours:
                if tuple(line.split()[:5]) == _line(one) and one.info and one.state != "LISTEN":
                    assert _number(r"mss:(\d+)", line) == one.info.send_mss
                    assert _number(r"rtt:([\d.]+)/", line) == pytest.approx(one.info.rtt_ms, 0.01)
                    assert _number(r"rto:([\d.]+)", line) == pytest.approx(one.info.rto_ms, 0.01)
                    assert _number(r"cwnd:(\d+)", line) == one.info.window
        assert server.fileno() >= 0


def _line(one: WatchedSocket) -> tuple[str, ...]:
    names = {"ESTABLISHED": "ESTAB", "FIN_WAIT2": "FIN-WAIT-2"}
    state = names.get(one.state, one.state.replace("_", "-"))
    ends = (f"{host}:{port or '*'}" for host, port in (one.local, one.peer))
    return state, str(one.receive_queue), str(one.send_queue), *ends


def _number(pattern: str, line: str) -> float:
    found = re.search(pattern, line)
    assert found, f"no {pattern} in {line}"
    return float(found[1])


# What needs a network of its own runs here, in a namespace, and reports what it saw.
FLOOD = """
import json, os, socket, subprocess, sys, time
from netlib.dissect import Ethernet, IPv4, TCP, build
from netlib.states import counters, states

for words in ("link set lo up", "link add v0 type veth peer name v1",
              "link set v0 address 02:00:00:00:00:01 up",
              "link set v1 address 02:00:00:00:00:02 up",
              "addr add 192.0.2.1/24 dev v0"):
    subprocess.run(["ip", *words.split()], check=True)
for host in range(50, 60):
    subprocess.run(["ip", "neigh", "add", f"192.0.2.{host}", "lladdr", "02:00:00:00:00:02",
                    "dev", "v0"], check=True)
before = counters()
listener = socket.socket()
listener.bind(("192.0.2.1", 80))
listener.listen(3)
card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
card.bind(("v1", 0))
for host in range(50, 52):
    card.send(build(Ethernet("02:00:00:00:00:01", "02:00:00:00:00:02"),
                    IPv4(f"192.0.2.{host}", "192.0.2.1", 6), TCP(4000, 80, 1)))
end = time.monotonic() + float(sys.argv[1])
while sum(one.state == "SYN_RECV" for one in states()) < 2 and time.monotonic() < end:
    pass
half_open = [one for one in states() if one.state == "SYN_RECV"]
clients = [socket.socket() for _ in range(8)]
for client in clients:
    client.setblocking(False)
    client.connect_ex(("192.0.2.1", 80))
files = [os.open(path, os.O_RDONLY) for path in ("/proc/thread-self/net/netstat",
                                                 "/proc/thread-self/net/snmp")]
print(json.dumps({
    "half open": [(one.local, one.peer, one.timer, one.expires_ms) for one in half_open],
    "overflows": counters()["ListenOverflows"] - before["ListenOverflows"],
    "since": counters(files).since(before),
    "states": len(states()),
}))
sys.stdout.flush()
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
    other.connect(sys.argv[2])
    diag = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
    socket.send_fds(other, [b"x"], [diag.fileno(), *files])
    other.recv(1)
"""


def test_half_open_connections_and_overflows_of_another_network(tmp_path: Path) -> None:
    if shutil.which("ip") is None:
        pytest.skip("there is no ip here: install iproute2")
    if subprocess.run((*UNSHARE, "true"), capture_output=True, check=False).returncode != 0:
        pytest.skip("no namespaces here: an ordinary user may not make any on this machine")
    path = str(tmp_path / "handover")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen()
        listener.settimeout(DEADLINE_S)
        with subprocess.Popen(
            (*UNSHARE, sys.executable, "-c", FLOOD, str(DEADLINE_S), path),
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as run:
            try:
                assert run.stdout is not None
                told = json.loads(run.stdout.readline() or b"{}")
                handed, _ = listener.accept()
                with handed:
                    _, files, _, _ = socket.recv_fds(handed, 1, 3)
                    born_there = socket.socket(fileno=files[0])
                    with born_there:
                        seen = states(sock=born_there)
                        assert born_there.fileno() >= 0  # it stays open
                        again = states(sock=born_there)
                        counted = counters(files[1:])
                    for file in files[1:]:
                        os.close(file)
            finally:
                run.kill()
    assert len(told["half open"]) == 2
    for local, peer, timer, expires_ms in told["half open"]:
        assert tuple(local) == ("192.0.2.1", 80) and peer[1] == 4000
        assert timer == "retransmission" and 0 <= expires_ms <= 60_000
    assert told["overflows"] > 0
    assert told["since"]["TcpExt.ListenOverflows"] == told["overflows"]
    listening = {("192.0.2.1", 80)}
    assert {one.local for one in seen if one.state == "LISTEN"} == listening
    assert {one.local for one in again if one.state == "LISTEN"} == listening
    assert counted["ActiveOpens"] == 8  # those of that network, not ours
    assert not of(("192.0.2.1", 80))  # and here there is no such socket


def test_many_sockets_come_in_several_datagrams_and_all_arrive() -> None:
    with contextlib.ExitStack() as stack:
        made = {
            stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1)).getsockname()
            for _ in range(400)
        }
        assert made <= {one.local for one in states() if one.state == "LISTEN"}


def test_a_view_is_new_whenever_it_is_shown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        view = watch(port)
        assert repr(view) == "<View of 1 sockets>"
        assert f"127.0.0.1:{port}" in str(view) and "LISTEN" in str(view)
        bundle = view._repr_mimebundle_()
        assert bundle["text/plain"] == str(view)
        assert "<td>LISTEN</td>" in bundle["text/html"]
    assert "LISTEN" not in str(view)


def test_a_table_names_its_columns_even_if_it_is_empty() -> None:
    empty = States()
    assert str(empty) == "protocol  state  local  peer  unread  unsent  timer  drops"
    assert repr(empty) == "<States of 0 sockets>"
    assert html.unescape(empty._repr_mimebundle_()["text/html"]).startswith("<table><tr><th>")


def test_counters_are_read_of_the_calling_threads_host_and_say_so() -> None:
    found = counters()
    assert found.source == COUNTERS
    assert all(path.startswith("/proc/thread-self/") for path in COUNTERS)
    assert found["ListenOverflows"] == found["TcpExt.ListenOverflows"]
    assert found["SyncookiesRecv"] >= 0
    assert len(found) == len(list(found))
    with pytest.raises(KeyError, match="Ip.InOctets|nothing"):
        found["nothing"]
    with pytest.raises(KeyError, match="InErrors is one of .*: say which"):
        Counters({"Udp.InErrors": 1, "Icmp.InErrors": 2}, ())["InErrors"]


def test_counters_count() -> None:
    before = counters()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with socket.socket() as client:
            assert client.connect_ex(nobody.getsockname()) != 0
    assert counters().since(before)["Tcp.ActiveOpens"] >= 1
    assert str(Counters({"a.b": 0}, ())) == "(all 0)"
    assert str(Counters({"a.b": 0, "a.cd": 7}, ())) == "a.cd  7"


def test_counters_of_another_host_are_what_cat_says_there() -> None:
    text = "A: x y\nA: 1 -2\nB: x\nB: 3\n"
    found = read_counters(text, "anna")
    assert dict(found) == {"A.x": 1, "A.y": -2, "B.x": 3}
    assert repr(found) == "<Counters: 3, from anna>"
    assert read_counters("") == Counters({}, ())
    for wrong in ("A: x\n", "A: x\nA: one\n", "A: x y\nA: 1\n", "\n\n"):
        with pytest.raises(Malformed, match="^counters: expected lines of names and of numbers"):
            read_counters(wrong)


def test_what_the_kernel_does_not_tell_is_named() -> None:
    with open_diag() as kernel, pytest.raises(Unavailable, match="here it says: No such file"):
        dump(kernel, socket.AF_INET, 200)  # a protocol that there is not
    with open_diag() as kernel, socket.create_server(("127.0.0.1", 0)) as listener:
        ask(kernel, socket.AF_INET, socket.IPPROTO_TCP)  # a look that was interrupted here
        assert listener.getsockname() in {one.local for one in states(sock=kernel)}


def test_without_linux_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_NETLINK")
    with pytest.raises(Unavailable, match="^the states of sockets need Linux .*; this is another"):
        states()
    with pytest.raises(
        Unavailable, match="^the counters of the network need Linux and its /proc; "
    ):
        counters(("/proc/thread-self/net/nothing",))


def test_a_kernel_without_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise OSError(93, "Protocol not supported")

    monkeypatch.setattr("netlib.states.diag.socket.socket", refuse)
    with pytest.raises(Unavailable, match="built with sock_diag; here it says: Protocol not"):
        open_diag()


def test_a_socket_of_another_kind_is_refused() -> None:
    with socket.socket() as wrong, pytest.raises(ValueError, match="expected a netlink socket"):
        states(sock=wrong)
