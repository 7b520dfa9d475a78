"""Whose socket is it: threads, tasks, executors and libraries on the hosts of a LAN."""

import asyncio
import concurrent.futures
import http.server
import socket
import threading
import urllib.request
from collections.abc import Iterator

import pytest

from netlib.deadlines import stretched
from netlib.errors import LanError, Unavailable
from netlib.lan import Host, Lan

DEADLINE_S = stretched(60)


@pytest.fixture
def lan() -> Iterator[Lan]:
    try:
        lan = Lan("198.51.100.0/24", "2001:db8::/64").start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    lan.host("anna")
    lan.host("ben")
    yield lan
    lan.close()


@pytest.fixture
def anna(lan: Lan) -> Host:
    return lan.hosts[0]


@pytest.fixture
def ben(lan: Lan) -> Host:
    return lan.hosts[1]


def where() -> str:
    """Return the address that a socket made here has towards the LAN; "" is not on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(("198.51.100.1", 0))
            return "anna"
        except OSError:
            pass
        try:
            sock.bind(("198.51.100.2", 0))
            return "ben"
        except OSError:
            return ""


# ---------------------------------------------------------------- one thread


def test_a_socket_keeps_the_host_of_its_birth(anna: Host, ben: Host) -> None:
    with ben:
        listener = socket.create_server(("", 80))
    with anna:
        sock = socket.create_connection((ben.address, 80), DEADLINE_S)
    with listener, sock:
        accepted, peer = listener.accept()
        with accepted:
            assert peer[0] == anna.address
            sock.sendall(b"hi")
            assert accepted.recv(10) == b"hi"


def test_hosts_nest_and_end_where_they_began(anna: Host, ben: Host) -> None:
    seen = [where()]
    with anna:
        seen.append(where())
        with ben, anna, ben:
            seen.append(where())
        seen.append(where())
    assert [*seen, where()] == ["", "anna", "ben", "anna", ""]


def test_an_exception_leaves_the_host(anna: Host) -> None:
    with pytest.raises(ZeroDivisionError), anna:
        _ = 1 / 0
    assert where() == ""


def test_a_led_socket_is_as_python_makes_it(anna: Host) -> None:
    with anna, socket.socket() as led:
        pass
    plain = socket.socket()
    plain.close()
    assert (led.family, led.type, led.proto) == (plain.family, plain.type, plain.proto)
    with anna:
        socket.setdefaulttimeout(7)
        try:
            kind = socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
            with socket.socket() as waits, socket.socket(type=kind) as never:
                assert (waits.gettimeout(), never.gettimeout()) == (7, 0)
                assert not waits.get_inheritable()
        finally:
            socket.setdefaulttimeout(None)


def test_sockets_that_cannot_be_made_fail_as_python_says(anna: Host) -> None:
    with anna, pytest.raises(OSError, match="Protocol not supported"):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_UDP)
    with anna, pytest.raises(OSError, match="Address family not supported"):
        socket.socket(12345)


def test_pairs_and_unix_sockets_stay_the_machines_own(anna: Host) -> None:
    with anna:
        one, other = socket.socketpair()
        local = socket.socket(socket.AF_UNIX)
    with one, other, local:
        one.sendall(b"x")
        assert other.recv(1) == b"x"


def test_raw_and_packet_sockets_need_no_root(anna: Host) -> None:
    with anna:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    with raw, packet:
        packet.bind(("eth0", 3))


# ---------------------------------------------------------------- names


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_hosts_are_known_by_name(anna: Host, ben: Host, family: socket.AddressFamily) -> None:
    with anna:
        found = socket.getaddrinfo("ben", 80, family, socket.SOCK_STREAM)
    version = 0 if family == socket.AF_INET else 1
    assert [entry[4][:2] for entry in found] == [(ben.addresses[version], 80)]


def test_gethostbyname_knows_the_hosts_too(anna: Host, ben: Host) -> None:
    with anna:
        assert socket.gethostbyname("ben") == ben.address
        assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"
        with pytest.raises(socket.gaierror, match="no host 'example.org' on this LAN"):
            socket.gethostbyname("example.org")


def test_nobody_outside_is_asked_for_a_name(anna: Host) -> None:
    with anna, pytest.raises(socket.gaierror, match="no host 'example.org' on this LAN"):
        socket.create_connection(("example.org", 80), DEADLINE_S)
    with anna:
        assert socket.getaddrinfo("localhost", 80)
        assert socket.getaddrinfo(None, 80)
        assert socket.getaddrinfo(b"198.51.100.7", 80)[0][4] == ("198.51.100.7", 80)


def test_nothing_leaves_a_lan(anna: Host) -> None:
    with anna, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        with pytest.raises(OSError, match="Network is unreachable"):
            sock.sendto(b"hi", ("203.0.113.1", 9))


# ---------------------------------------------------------------- threads and tasks


def test_a_thread_inherits_the_host_where_it_was_started(anna: Host, ben: Host) -> None:
    seen: list[str] = []

    class Own(threading.Thread):
        def run(self) -> None:
            seen.append(where())

    with anna:
        threads = [threading.Thread(target=lambda: seen.append(where())), Own()]
        made_here = threading.Thread(target=lambda: seen.append(where()))
        for thread in threads:
            thread.start()
    with ben:
        made_here.start()
    for thread in (*threads, made_here):
        thread.join()
    assert sorted(seen) == ["anna", "anna", "ben"]


def test_an_executor_works_where_each_submission_was_made(anna: Host, ben: Host) -> None:
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with anna:
            first = pool.submit(where)
        with ben:
            second = pool.submit(where)
        third = pool.submit(where)
        assert [one.result() for one in (first, second, third)] == ["anna", "ben", ""]


def test_two_hundred_interleaved_tasks_and_threads_are_all_right(anna: Host, ben: Host) -> None:
    hosts = {"anna": anna, "ben": ben, "": None}

    async def task(name: str) -> bool:
        host = hosts[name]
        if host is None:
            await asyncio.sleep(0)
            return where() == ""
        with host:
            await asyncio.sleep(0)
            before = where()
            await asyncio.sleep(0)
            return before == where() == name == await asyncio.to_thread(where)

    async def tasks() -> list[bool]:
        return await asyncio.gather(*(task(("anna", "ben", "")[at % 3]) for at in range(100)))

    right: list[bool] = []
    barrier = threading.Barrier(100)

    def thread(name: str) -> None:
        host = hosts[name]
        barrier.wait(DEADLINE_S)
        if host is None:
            right.append(where() == "")
        else:
            with host:
                right.append(where() == name)

    names = ["ben", "anna", "", "ben"] * 25
    threads = [threading.Thread(target=thread, args=(name,)) for name in names]
    for one in threads:
        one.start()
    of_tasks = asyncio.run(tasks())
    for one in threads:
        one.join()
    assert sum(of_tasks) + sum(right) == 200


# ---------------------------------------------------------------- libraries


def test_asyncio_listens_and_connects_on_hosts(anna: Host, ben: Host) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    async def main() -> tuple[bytes, str]:
        with ben:
            server = await asyncio.start_server(answer, port=7)
        async with server:
            with anna:
                reader, writer = await asyncio.open_connection("ben", 7)
            writer.write(b"hello\n")
            line = await reader.readline()
            address = writer.get_extra_info("sockname")[0]
            writer.close()
            await writer.wait_closed()
            return line, address

    assert asyncio.run(main()) == (b"HELLO\n", anna.address)


def test_http_server_and_urllib_on_hosts(anna: Host, ben: Host) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{self.client_address[0]} to {where()}".encode())

        def log_message(self, *_: object) -> None:
            pass

    with ben:
        server = http.server.ThreadingHTTPServer(("", 80), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with anna, opener.open("http://ben/", timeout=DEADLINE_S) as reply:
            assert reply.read() == b"198.51.100.1 to ben"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_gevents_sockets_are_led_too(anna: Host, ben: Host) -> None:
    gevent = pytest.importorskip("gevent", reason="there is no gevent here")
    led = pytest.importorskip("gevent.socket")
    right = []

    def greenlet(host: Host) -> None:
        with host:
            gevent.sleep(0)
            with led.socket(type=socket.SOCK_DGRAM) as sock:
                sock.connect((host.address, 9))
                gevent.sleep(0)
                right.append(sock.getsockname()[0] == host.address)

    gevent.joinall([gevent.spawn(greenlet, host) for host in (anna, ben) * 20], raise_error=True)
    assert right == [True] * 40
    gevent.get_hub().destroy(destroy_loop=True)


def test_a_thread_of_a_closed_lan_is_told_so(anna: Host, lan: Lan) -> None:
    closed, told = threading.Event(), []

    def late() -> None:
        closed.wait(DEADLINE_S)
        try:
            socket.socket().close()
        except LanError as error:
            told.append(str(error))

    with anna:
        thread = threading.Thread(target=late)
        thread.start()
    lan.close()
    closed.set()
    thread.join()
    assert told == ["expected a LAN that is open; this one is closed: make a new Lan"]
