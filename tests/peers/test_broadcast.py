"""Chapter 05b against programs that we did not write: socat, and busybox's DHCP client."""

import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.lan import Host, Lan

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch05b")]

DEADLINE_S = stretched(30)
MAGIC = bytes.fromhex("63825363")  # RFC 2131, section 3
ENTRY = (
    "printf 1:9:socat:pc:{command}:socat | socat -u - UDP4-DATAGRAM:192.0.2.255:{port},broadcast"
)
ASK = "busybox udhcpc -n -q -t 1 -T 1 -i eth0 -s /bin/true"


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


@pytest.fixture
def lan() -> Iterator[Lan]:
    try:
        lan = Lan("192.0.2.0/24").start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    yield lan
    lan.close()


def opened(names: dict[str, Any], host: Host, port: int) -> socket.socket:
    with host:
        sock: socket.socket = names["open_broadcast"](port)
    return sock


def test_who_enters_by_socat_stands_in_the_roster(ch05b: dict[str, Any], lan: Lan) -> None:
    needs("socat")
    anna, ben = lan.host("anna"), lan.host("ben")
    roster = ch05b["Roster"]("anna", "pc", ("192.0.2.255", 2425))
    with opened(ch05b, anna, 2425) as sock, ThreadPoolExecutor() as pool:
        found = pool.submit(ch05b["discover"], sock, roster, stretched(1.5))
        assert ben.run("sh", "-c", ENTRY.format(command=0x600001, port=2425)).returncode == 0
        people = found.result()
    assert list(people.values()) == ["socat"]
    assert [host for host, _ in people] == ["192.0.2.2"]


def test_a_host_without_an_address_is_heard(ch05b: dict[str, Any], lan: Lan) -> None:
    needs("busybox")
    anna, ben = lan.host("anna"), lan.host("ben", address=None)
    with opened(ch05b, anna, 67) as sock:
        sock.settimeout(DEADLINE_S)
        ben.popen(*ASK.split())
        packet, sender = sock.recvfrom(2048)
    assert sender == ("0.0.0.0", 68)
    assert packet[236:240] == MAGIC


def test_socat_as_a_member_hears_what_a_member_sends(ch05b: dict[str, Any], lan: Lan) -> None:
    needs("socat")
    anna, ben = lan.host("anna"), lan.host("ben")
    hears = "socat -u UDP4-RECVFROM:6000,ip-add-membership=239.255.24.25:192.0.2.2 -"
    with anna:
        sock = ch05b["join_group"]("239.255.24.25", 6000, "192.0.2.1")
    with sock:
        program = ben.popen(*hears.split(), stdout=-1)
        sock.settimeout(0.1)
        while program.poll() is None:  # until it has joined
            sock.sendto(b"all", ("239.255.24.25", 6000))
            try:
                assert sock.recv(100) == b"all"  # one's own comes back
            except TimeoutError:
                pytest.fail("its own message did not come back")
        assert program.communicate(timeout=DEADLINE_S)[0] == b"all"
