"""Chapter 02 against what we did not write: the standard library, busybox, ping, ip and socat."""

import ipaddress
import random
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.lan import Lan

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch02")]

Names = dict[str, Any]

DEADLINE_S = stretched(60)
ROUNDS = 10_000
SOCAT = ["socat", "UDP4-RECVFROM:7,fork", "EXEC:cat"]
TALKS = (
    ("192.0.2.10/24", "192.0.2.200/24"),
    ("192.0.2.10/25", "192.0.2.200/25"),
    ("192.0.2.10/24", "192.0.2.200/25"),
    ("192.0.2.10/25", "192.0.2.200/24"),
    ("192.0.2.10/25", "192.0.2.100/24"),
)


def needs(program: str) -> None:
    if shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin") is None:
        pytest.skip(f"{program} is not installed")


def made(network: str) -> Lan:
    try:
        return Lan(network).start()
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture
def lan() -> Iterator[Lan]:
    lan = made("192.0.2.0/24")
    yield lan
    lan.close()


@pytest.fixture
def rng() -> random.Random:
    return random.Random(2)


def drawn(rng: random.Random) -> ipaddress.IPv4Interface:
    return ipaddress.IPv4Interface((rng.randrange(2**32), rng.randint(0, 32)))


def test_addresses_are_what_the_standard_library_says(ch02: Names, rng: random.Random) -> None:
    for _ in range(ROUNDS):
        one, other = drawn(rng), drawn(rng)
        address, net, mask = str(one.ip), one.network, str(one.netmask)
        assert ch02["parse_ipv4"](address) == int(one.ip)
        assert ch02["format_ipv4"](int(one.ip)) == address
        assert ch02["network_of"](address, mask) == str(net.network_address)
        assert ch02["broadcast_of"](address, mask) == str(net.broadcast_address)
        assert ch02["on_link"](str(one), str(other.ip)) == (other.ip in net)
        both = other.ip in net and one.ip in other.network
        assert ch02["can_talk"](str(one), str(other)) == both


def test_a_network_has_as_many_hosts_as_the_standard_library_lists(ch02: Names) -> None:
    for prefix in range(16, 33):
        hosts = list(ipaddress.IPv4Network((0, prefix)).hosts())
        assert ch02["usable_hosts"](prefix) == len(hosts)


def test_ipv6_in_full_is_what_the_standard_library_says(ch02: Names, rng: random.Random) -> None:
    for _ in range(ROUNDS):
        groups = [rng.choice((0, 0, rng.randrange(2**16))) for _ in range(8)]
        address = ipaddress.IPv6Address(":".join(f"{group:x}" for group in groups))
        assert ch02["expand_ipv6"](str(address)) == address.exploded


def test_multicast_and_the_reserved_are_d_and_e(ch02: Names, rng: random.Random) -> None:
    for _ in range(ROUNDS):
        address = ipaddress.IPv4Address(rng.randrange(2**32))
        found = ch02["address_class"](str(address))
        assert (found == "D") == address.is_multicast
        assert (found == "E") == address.is_reserved


def test_networks_are_what_busybox_works_out(ch02: Names, rng: random.Random) -> None:
    needs("busybox")
    cases = [drawn(rng) for _ in range(500)]
    loop = "while read each; do busybox ipcalc -nb $each; done"
    told = subprocess.run(
        ["sh", "-c", loop],
        input="".join(f"{each}\n" for each in cases if each.network.prefixlen),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=True,
    ).stdout.split()
    for each in cases:
        if each.network.prefixlen:
            address, mask = str(each.ip), str(each.netmask)
            said = sorted(told.pop(0) for _ in range(2))
            assert said == [
                f"BROADCAST={ch02['broadcast_of'](address, mask)}",
                f"NETWORK={ch02['network_of'](address, mask)}",
            ]
    assert not told


@pytest.mark.parametrize(("one", "other"), TALKS)
def test_who_can_talk_can_ping(ch02: Names, lan: Lan, one: str, other: str) -> None:
    needs("ping")
    hosts = []
    for name, interface in (("anna", one), ("ben", other)):
        address, prefix = interface.split("/")
        hosts.append(lan.host(name, address=address))
        hosts[-1].remask(int(prefix))
    anna, ben = hosts
    ping = anna.run(
        "ping", "-c1", f"-W{1 if not ch02['can_talk'](one, other) else DEADLINE_S:g}", ben.address
    )
    assert (ping.returncode == 0) == ch02["can_talk"](one, other)


def test_near_is_what_the_kernel_sends_straight_out(ch02: Names, rng: random.Random) -> None:
    needs("ip")
    lan = made("10.0.0.0/8")
    try:
        anna = lan.host("anna", address="10.77.3.9")
        for prefix in (8, 12, 16, 22, 25, 28):
            anna.remask(prefix)
            for _ in range(8):
                other = str(
                    ipaddress.IPv4Address(
                        (10 << 24 | 77 << 16 | 3 << 8 | 9) ^ 1 << rng.randrange(24)
                    )
                )
                way = anna.run("ip", "route", "get", other)
                assert ch02["on_link"](f"10.77.3.9/{prefix}", other) == (
                    way.returncode == 0 and " dev eth0 " in way.stdout
                ), (prefix, other)
    finally:
        lan.close()


def test_who_runs_socat_answers_the_roll_call(ch02: Names) -> None:
    needs("socat")
    lan = made("192.0.2.0/28")
    try:
        anna = lan.host("anna")
        for name, last in (("ben", 2), ("carla", 9), ("dora", 10), ("emil", 14)):
            host = lan.host(name, address=f"192.0.2.{last}")
            if name != "carla":
                host.popen(*SOCAT)
        want = ["192.0.2.2", "192.0.2.10", "192.0.2.14"]
        for _ in range(30):  # until all three have started; then one call is enough
            with anna:
                found = ch02["roll_call"]("192.0.2.0/28", 7, stretched(1.0))
            assert set(found) <= set(want)
            assert found == [each for each in want if each in found]
            if found == want:
                return
        pytest.fail(f"expected {want}; the last call found {found}")
    finally:
        lan.close()
