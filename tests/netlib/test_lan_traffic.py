"""What crosses a LAN: broadcast, multicast, routing with ICMP, NAT, hubs and bad cables."""

import random
import re
import shutil
import socket
import struct
import time
from collections.abc import Iterator

import pytest

from netlib.capture import capture
from netlib.deadlines import stretched
from netlib.errors import LanError, Unavailable
from netlib.lan import Cable, Host, Lan, Router, Switch
from netlib.lan.wire import Direction

DEADLINE_S = stretched(60)
IPS = ("192.0.2.0/24", "2001:db8:1::/64")


def start(*networks: str, hub: bool = False) -> Lan:
    try:
        return Lan(*networks, hub=hub).start()
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture
def lan() -> Iterator[Lan]:
    lan = start(*IPS)
    yield lan
    lan.close()


@pytest.fixture
def plain() -> Iterator[Lan]:
    """A LAN without IPv6, on which nobody says anything unasked."""
    lan = start("192.0.2.0/24")
    yield lan
    lan.close()


@pytest.fixture
def offices() -> Iterator[tuple[Host, Router, Host]]:
    lan = start()
    home, office = lan.switch("home", *IPS), lan.switch("office", "198.51.100.0/24", "fd00:2::/64")
    yield lan.host("anna", home), lan.router("router", home, office), lan.host("carl", office)
    lan.close()


def udp(host: Host, port: int = 0, family: int = socket.AF_INET) -> socket.socket:
    with host:
        sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.settimeout(DEADLINE_S)
    sock.bind(("", port))
    return sock


def ping(host: Host, address: str, *options: str) -> str:
    if shutil.which("ping") is None:
        pytest.skip("there is no ping here: install iputils-ping to see it answered")
    return host.run("ping", "-c1", "-W", str(int(DEADLINE_S)), *options, address).stdout


# ---------------------------------------------------------------- one segment


@pytest.mark.parametrize("address", ["<broadcast>", "192.0.2.255", "239.1.2.3", "224.0.0.1"])
def test_everybody_hears_a_broadcast_and_who_joined_a_multicast(lan: Lan, address: str) -> None:
    anna, others = lan.host("anna"), [lan.host("ben"), lan.host("carl")]
    with udp(anna) as sender, udp(others[0], 5000) as one, udp(others[1], 5000) as two:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for host, sock in zip(others, (one, two), strict=True):
            if address.startswith("239"):
                group = socket.inet_aton(address) + socket.inet_aton(host.address)
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        sender.sendto(b"to all", (address, 5000))
        for sock in (one, two):
            assert sock.recvfrom(99) == (b"to all", (anna.address, sender.getsockname()[1]))


def test_ipv6_reaches_the_neighbour_and_its_groups(lan: Lan) -> None:
    anna, ben = lan.host("anna"), lan.host("ben")
    with udp(anna, 0, socket.AF_INET6) as sender, udp(ben, 5000, socket.AF_INET6) as receiver:
        sender.sendto(b"hi", (ben.addresses[1], 5000))
        assert receiver.recvfrom(99)[:1] == (b"hi",)
        group = socket.inet_pton(socket.AF_INET6, "ff02::1234") + struct.pack("=I", 2)
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)
        sender.sendto(b"all", ("ff02::1234", 5000, 0, 2))
        assert receiver.recvfrom(99)[0] == b"all"
    assert ben.addresses[1] in [row.address for row in anna.neighbours]


def test_a_switch_learns_and_a_hub_does_not() -> None:
    """Carl hears what Anna and Ben say to each other only over a hub."""
    for hub in (False, True):
        lan = start("192.0.2.0/24", hub=hub)
        try:
            anna, ben, carl = (lan.host(name) for name in ("anna", "ben", "carl"))
            ping(anna, ben.address)
            with capture(carl, "icmp") as heard, capture(ben, "icmp") as own:
                ping(anna, ben.address)
                own.wait(2)
            assert len(heard) == (2 if hub else 0)
            assert lan.center is not None
            hosts = [row.host for row in lan.center.table]
            assert hosts == ([] if hub else ["anna", "ben"])
        finally:
            lan.close()


# ---------------------------------------------------------------- routers


@pytest.mark.parametrize("version", [0, 1])
def test_a_router_takes_one_off_the_ttl(offices: tuple[Host, Router, Host], version: int) -> None:
    anna, router, carl = offices
    target = carl.addresses[version]
    assert "ttl=63" in ping(anna, target, "-t64")
    nearer = router.addresses[2 * version]
    assert re.search(
        rf"From {nearer}.*(Time to live exceeded|Hop limit)", ping(anna, target, "-t1")
    )


def test_a_router_without_a_route_says_so(offices: tuple[Host, Router, Host]) -> None:
    anna, _, _ = offices
    assert "From 192.0.2.254 icmp_seq=1 Destination Net Unreachable" in ping(anna, "203.0.113.1")


def test_static_routes_lead_over_two_routers() -> None:
    lan = start()
    try:
        home = lan.switch("home", "192.0.2.0/24")
        middle = lan.switch("middle", "10.0.0.0/30")
        office = lan.switch("office", "198.51.100.0/24")
        anna, carl = lan.host("anna", home), lan.host("carl", office)
        one = lan.router("one", home)
        lan.plug(one, middle, "10.0.0.1")
        two = lan.router("two", office)
        lan.plug(two, middle, "10.0.0.2")
        assert "Net Unreachable" in ping(anna, carl.address)
        one.add_route("198.51.100.0/24", via="10.0.0.2")
        two.add_route("default", via="10.0.0.1")
        assert "ttl=62" in ping(anna, carl.address)
        with pytest.raises(FileExistsError):
            one.add_route("198.51.100.0/24", via="10.0.0.2")
        with pytest.raises(OSError, match="Network is unreachable"):
            one.add_route("203.0.113.0/24", via="172.16.0.1")
        with pytest.raises(LanError, match="^expected a router of IPv4 on the way to"):
            one.add_route("203.0.113.0/24", via="fd00::1")
        with pytest.raises(LanError, match='^expected a destination such as "198.51.100.0/24"'):
            one.add_route("somewhere", via="10.0.0.2")
    finally:
        lan.close()


@pytest.mark.parametrize(
    ("anna_prefix", "ben_prefix", "ben_address", "asks", "answers"),
    [
        (24, 24, "192.0.2.200", True, True),
        (25, 25, "192.0.2.200", False, False),
        (24, 25, "192.0.2.200", True, False),
        (25, 24, "192.0.2.200", False, True),
        (25, 24, "192.0.2.100", True, True),
    ],
)
def test_each_host_decides_by_its_own_mask_whom_it_can_reach(
    anna_prefix: int, ben_prefix: int, ben_address: str, asks: bool, answers: bool
) -> None:
    lan = start("192.0.2.0/24")
    try:
        anna, ben = lan.host("anna", address="192.0.2.10"), lan.host("ben", address=ben_address)
        anna.remask(anna_prefix)
        ben.remask(ben_prefix)
        assert anna.address == "192.0.2.10"
        assert anna.interfaces[-1].address == f"192.0.2.10/{anna_prefix}"
        with udp(anna) as near, udp(ben) as far:
            for sock, other, reaches in ((near, ben, asks), (far, anna, answers)):
                if reaches:
                    sock.sendto(b"?", (other.address, 7))
                else:
                    with pytest.raises(OSError, match="Network is unreachable"):
                        sock.sendto(b"?", (other.address, 7))
    finally:
        lan.close()


def test_a_new_mask_takes_no_other_route() -> None:
    lan = start("192.0.2.0/24")
    try:
        anna = lan.host("anna")
        before = [route for route in anna.routes if route.destination != "192.0.2.0/24"]
        anna.remask(28)
        anna.remask(28)
        assert [route for route in anna.routes if route.destination != "192.0.2.0/28"] == before
        assert str(lan.commands).splitlines()[-2:] == [
            "ip -n anna addr add 192.0.2.1/28 dev eth0 brd +",
            "ip -n anna addr del 192.0.2.1/24 dev eth0",
        ]
        for prefix in (0, 31, "24"):
            with pytest.raises(LanError, match="^expected a prefix length from 1 to 30; got "):
                anna.remask(prefix)  # type: ignore[arg-type]
        with pytest.raises(LanError, match="^expected ben to have an IPv4 address; it has none"):
            lan.host("ben", address=None).remask(24)
    finally:
        lan.close()


def test_nat_hides_the_inside_and_its_table_tells(offices: tuple[Host, Router, Host]) -> None:
    anna, router, carl = offices
    router.nat(switch_of(router, "office"))
    with udp(carl, 7) as server, udp(anna) as client:
        client.sendto(b"hi", (carl.address, 7))
        _, seen = server.recvfrom(99)
        assert seen[0] == "198.51.100.254"
        server.sendto(b"back", seen)
        assert client.recv(99) == b"back"
        inside = f"192.0.2.1:{client.getsockname()[1]}"
        [row] = [row for row in router.translations if row.protocol == "udp"]
        assert (row.inside, row.outside, row.peer) == (
            inside,
            f"198.51.100.254:{seen[1]}",
            "198.51.100.1:7",
        )
        assert 0 < row.expires_s <= 180
    ping(anna, carl.address)
    [echo] = [row for row in router.translations if row.protocol == "icmp"]
    assert echo.inside.startswith("192.0.2.1:")
    assert "inside" in str(router.translations).splitlines()[0]


def test_a_router_translates_only_where_it_is(lan: Lan) -> None:
    assert lan.center is not None
    elsewhere = lan.switch("elsewhere", "10.0.0.0/24")
    router = lan.router("router", lan.center)
    assert str(router.translations) == "(empty)"
    with pytest.raises(LanError, match="^expected a switch that router is on; got elsewhere$"):
        router.nat(elsewhere)


def test_a_kernel_without_nat_or_with_a_closed_proc_is_told(
    offices: tuple[Host, Router, Host], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, router, _ = offices
    office = switch_of(router, "office")
    with monkeypatch.context() as patch:
        patch.setattr("netlib.lan.nat._NEW_RULE", 0x0AFF)  # a message that nobody knows
        with pytest.raises(
            Unavailable, match=r"^expected a kernel with NAT \(nf_tables, nft_masq\)"
        ):
            router.nat(office)

    def read_only(*_: object) -> int:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(router, "open", read_only)
    with pytest.raises(Unavailable, match="^expected to set net.ipv6.conf.all.forwarding=1 on rou"):
        router._forward_v6()


def switch_of(router: Router, name: str) -> Switch:
    found = router.site.machines[name]
    assert isinstance(found, Switch)
    return found


# ---------------------------------------------------------------- bad cables


def test_a_bad_cable_loses_the_same_frames_on_every_run(plain: Lan) -> None:
    if shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin") is None:
        pytest.skip("there is no ip here: install iproute2 to tell a host its neighbour")
    anna, ben = plain.host("anna", cable=Cable(loss=0.3, seed=4)), plain.host("ben")
    anna.run("ip", "neigh", "add", ben.address, "lladdr", ben.macs[0], "dev", "eth0", check=True)
    dice = random.Random("4 1")  # from the host towards its switch
    kept = [number for number in range(200) if dice.random() >= 0.3]
    assert 0 < len(kept) < 200
    got = []
    with udp(anna) as sender, udp(ben, 5000) as receiver:
        for number in range(200):
            sender.sendto(bytes([number]), (ben.address, 5000))
        while not got or got[-1] != kept[-1]:
            got.append(receiver.recv(9)[0])
    assert got == kept


def test_a_bad_cable_delays_and_throttles(lan: Lan) -> None:
    anna, ben = lan.host("anna", cable=Cable(delay_s=0.03, rate_bps=400_000)), lan.host("ben")
    with udp(anna) as sender, udp(ben, 5000) as receiver:
        sender.sendto(b"resolve", (ben.address, 5000))
        receiver.recv(99)
        began = time.monotonic()
        for _ in range(6):
            sender.sendto(bytes(958), (ben.address, 5000))  # 1000 bytes on the wire: 20 ms
        times = []
        for _ in range(6):
            receiver.recv(999)
            times.append(time.monotonic() - began)
    assert times[0] >= 0.05
    assert times[-1] >= 0.15


@pytest.mark.parametrize("rate_bps", [0.0, 8000.0])
def test_a_direction_keeps_order_and_drops_what_would_wait_too_long(rate_bps: float) -> None:
    way = Direction(loss=0, delay_s=1.0, rate_bps=rate_bps, dice=random.Random(0))
    for number in range(10):
        way.send(bytes([number]) * 100, now=5.0)  # at 8000 b/s each takes 0.1 s
    assert way.arrived(5.9) == []
    first = [frame[0] for frame in way.arrived(6.1)]
    rest = [frame[0] for frame in way.arrived(99.0)]
    assert first + rest == (list(range(10)) if not rate_bps else [0, 1, 2])
    assert first == (list(range(10)) if not rate_bps else [0])


# ---------------------------------------------------------------- a loop of switches, on purpose

SLOW = Cable(delay_s=0.02, rate_bps=20e6)


@pytest.mark.parametrize(
    "cable",
    [Cable(), Cable(delay_s=0.02), Cable(rate_bps=1e6), Cable(0, 0.001, 1e6), Cable(0, 1, 1e9)],
)
def test_a_loop_is_made_of_slow_cables_alone(plain: Lan, cable: Cable) -> None:
    assert plain.center is not None
    far = plain.switch("far")
    with pytest.raises(LanError, match="^expected the cable of a loop to have delay_s=0.005 or"):
        plain.link(plain.center, far, cable=cable, loop=True)
    assert not plain.links


@pytest.mark.parametrize("cables", [1, 2, 3])
def test_a_broadcast_comes_again_and_again_where_there_is_a_second_way(
    plain: Lan, cables: int
) -> None:
    assert plain.center is not None
    far = plain.switch("far")
    for _ in range(cables):
        plain.link(plain.center, far, cable=SLOW, loop=True)
    assert far.segment is plain.center.segment
    with udp(plain.host("anna")) as anna, udp(plain.host("ben", far), 6000) as ben:
        anna.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        anna.sendto(b"hello", ("192.0.2.255", 6000))
        if cables > 1:
            assert [ben.recv(9) for _ in range(12)] == [b"hello"] * 12
        else:  # what was sent afterwards comes next
            anna.sendto(b"the end", ("192.0.2.255", 6000))
            assert [ben.recv(9) for _ in range(2)] == [b"hello", b"the end"]


def test_a_storm_ends_with_the_lan() -> None:
    lan = start("192.0.2.0/24")
    assert lan.center is not None
    far = lan.switch("far")
    for _ in range(3):
        lan.link(lan.center, far, cable=SLOW, loop=True)
    with udp(lan.host("anna")) as anna, udp(lan.host("ben", far), 6000) as ben:
        anna.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        anna.sendto(b"hello", ("192.0.2.255", 6000))
        for _ in range(100):
            ben.recv(9)
        lan.close()
        ben.settimeout(0)
        with pytest.raises(BlockingIOError):  # it is silent as soon as what lies there is read
            while ben.recv(9):
                pass
