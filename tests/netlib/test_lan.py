"""A LAN as it is built: its machines, their tables, what is refused, what a person would type."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from ipaddress import ip_interface

import pytest

from netlib.errors import LanError, Unavailable
from netlib.lan import Cable, Host, Lan, Router, Switch
from netlib.lan.segment import Segment


def start(*networks: str, hub: bool = False) -> Lan:
    try:
        return Lan(*networks, hub=hub).start()
    except Unavailable as missing:
        pytest.skip(str(missing))


def needs(*programs: str) -> None:
    """Skip a test for want of a program."""
    for program in programs:
        if shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin") is None:
            pytest.skip(f"there is no {program} here: install it to see it on a LAN")


@pytest.fixture
def lan() -> Iterator[Lan]:
    with_one_switch = start("192.0.2.0/24")
    yield with_one_switch
    with_one_switch.close()


@pytest.fixture
def offices() -> Iterator[Lan]:
    """Two switches, a router between them and five hosts, with IPv4 and IPv6."""
    lan = start()
    home = lan.switch("home", "192.0.2.0/24", "2001:db8:1::/64")
    office = lan.switch("office", "198.51.100.0/24", "2001:db8:2::/64")
    lan.host("anna", home)
    lan.host("ben", home)
    lan.router("router", home, office)
    for name in ("carl", "dora", "emil"):
        lan.host(name, office)
    yield lan
    lan.close()


def machines(lan: Lan) -> dict[str, Host]:
    return {one.name: one for one in (*lan.hosts, *lan.routers)}


# ---------------------------------------------------------------- machines and addresses


def test_hosts_take_the_next_free_addresses_and_routers_the_last_ones(offices: Lan) -> None:
    found = {name: one.addresses for name, one in machines(offices).items()}
    assert found == {
        "anna": ("192.0.2.1", "2001:db8:1::1"),
        "ben": ("192.0.2.2", "2001:db8:1::2"),
        "router": ("192.0.2.254", "198.51.100.254", "2001:db8:1::fe", "2001:db8:2::fe"),
        "carl": ("198.51.100.1", "2001:db8:2::1"),
        "dora": ("198.51.100.2", "2001:db8:2::2"),
        "emil": ("198.51.100.3", "2001:db8:2::3"),
    }


def test_a_lan_may_have_ipv6_alone() -> None:
    needs("ping")
    lan = start("2001:db8::/64")
    try:
        anna, ben = lan.host("anna"), lan.host("ben")
        assert anna.address == "2001:db8::1"
        assert anna.run("ping", "-c1", ben.address).returncode == 0
    finally:
        lan.close()


def test_mac_addresses_are_the_same_on_every_run(lan: Lan) -> None:
    for name in ("anna", "ben"):
        rows = [row for row in lan.host(name).interfaces if row.device == "eth0"]
        number = 1 if name == "anna" else 2
        assert [row.mac for row in rows] == [f"02:00:00:00:00:0{number}"]


def test_a_host_may_have_the_address_that_it_asks_for_or_none(lan: Lan) -> None:
    assert lan.host("anna", address="192.0.2.77").address == "192.0.2.77"
    dhcp = lan.host("dora", address=None)
    assert dhcp.addresses == ()
    with pytest.raises(LanError, match="^expected dora to have an address; it has none yet$"):
        _ = dhcp.address


def test_an_address_that_came_later_is_found(lan: Lan) -> None:
    needs("ip")
    dora = lan.host("dora", address=None)
    dora.run("ip", "addr", "add", "192.0.2.9/24", "dev", "eth0", check=True)
    assert dora.address == "192.0.2.9"


def test_whoever_is_on_a_segment_with_a_router_has_a_default_route(offices: Lan) -> None:
    for name, gateway in (("anna", "192.0.2.254"), ("emil", "198.51.100.254")):
        routes = [row for row in machines(offices)[name].routes if row.destination == "default"]
        assert [row.via for row in routes if "." in row.via] == [gateway]
        assert len(routes) == 2


def test_a_host_gets_no_route_of_a_version_that_it_does_not_have(offices: Lan) -> None:
    home = offices.switches[0]
    six = offices.host("six", home, "2001:db8:1::66")
    assert [row.via for row in six.routes if row.destination == "default"] == ["2001:db8:1::fe"]
    later = offices.switch("later", "10.0.0.0/24", "fd00::/64")
    four = offices.host("four", later, "10.0.0.4")
    offices.router("second", later)
    assert [row.via for row in four.routes if row.destination == "default"] == ["10.0.0.254"]


def test_a_host_without_gateway_gets_no_default_route(lan: Lan) -> None:
    assert isinstance(lan.center, Switch)
    lan.router("router", lan.center)
    alone = lan.host("alone", gateway=False)
    assert "default" not in [row.destination for row in alone.routes]


def test_machines_are_found_by_name_and_by_kind(offices: Lan) -> None:
    assert [one.name for one in offices.hosts] == ["anna", "ben", "carl", "dora", "emil"]
    assert [one.name for one in offices.routers] == ["router"]
    assert [one.name for one in offices.switches] == ["home", "office"]
    assert offices["anna"] is offices.hosts[0]
    assert len(offices.links) == 7
    with pytest.raises(LanError, match="^expected one of home, office, .*; got 'nobody'$"):
        _ = offices["nobody"]


def test_everything_is_one_line(offices: Lan) -> None:
    offices.host("fay", offices.switches[0], cable=Cable(loss=0.25, delay_s=0.01))
    assert repr(offices) == "<Lan: home, office, anna, ben, router, carl, dora, emil, fay>"
    assert repr(offices["anna"]) == "<Host anna>"
    assert repr(offices["router"]) == "<Router router>"
    assert repr(offices.links[0]) == "<Link home:port1 to anna:eth0>"
    assert repr(offices.links[-1]) == "<Link home:port4 to fay:eth0, loss 25% delay 10ms>"


# ---------------------------------------------------------------- tables


def test_tables_show_what_the_kernel_has(lan: Lan) -> None:
    needs("ping")
    anna, ben = lan.host("anna"), lan.host("ben")
    assert str(anna.neighbours) == "(empty)"
    anna.run("ping", "-c1", ben.address, check=True)
    assert [(row.address, row.mac) for row in anna.neighbours] == [
        (ben.address, "02:00:00:00:00:02")
    ]
    stations = lan.switches[0].table
    assert [(row.port, row.host) for row in stations] == [("port1", "anna"), ("port2", "ben")]
    shown = str(stations).splitlines()
    assert shown[0] == "mac                port   host  idle, s"
    assert shown[1].startswith("02:00:00:00:00:01  port1  anna  ")
    bundle = stations._repr_mimebundle_()
    assert bundle["text/plain"] == str(stations)
    assert "<td>anna<td>" in bundle["text/html"]
    assert repr(stations) == "<Table of 2 rows>"


def test_the_longest_prefix_comes_first_among_the_routes(offices: Lan) -> None:
    router = offices.routers[0]
    router.add_route("203.0.113.0/24", via="198.51.100.3")
    assert ("203.0.113.0/24", "198.51.100.3", "eth1") in [
        (row.destination, row.via, row.device) for row in router.routes
    ]
    lengths = [
        int(row.destination.split("/")[1]) for row in router.routes if "/" in row.destination
    ]
    assert lengths == sorted(lengths, reverse=True)


def test_what_ip_route_lists_is_what_routes_holds(offices: Lan) -> None:
    needs("ip")
    for one in machines(offices).values():
        listed = json.loads(one.run("ip", "-j", "route", check=True).stdout)
        ours = {(row.destination, row.via, row.device) for row in one.routes if ":" not in str(row)}
        assert ours == {
            (
                row["dst"] if "/" in row["dst"] or row["dst"] == "default" else f"{row['dst']}/32",
                row.get("gateway", ""),
                row["dev"],
            )
            for row in listed
        }


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("networks", "sentence"),
    [
        (
            ["8.8.8.0/24"],
            "^expected a network for documentation .*; 8.8.8.0/24 belongs to",
        ),
        (["127.0.0.0/8"], "belongs to somebody$"),
        (["2a00::/32"], "belongs to somebody$"),
        (["192.0.2.1/24"], r"^expected a network such as .*; got '192.0.2.1/24' \(.*host bits set"),
        (["192.0.2.0"], '^expected a network with its length, such as "192.0.2.0/24"; got '),
        (["anna"], "^expected a network such as .*; got 'anna'"),
        ([7], "^expected a network with its length"),
        (["192.0.2.0/31"], "^expected a network with room for two hosts; 192.0.2.0/31 has none$"),
        (["192.0.2.0/24", "10.0.0.0/8"], "^expected at most one network of IPv4 and one of IPv6; "),
    ],
)
def test_a_network_that_cannot_be_is_refused_in_a_sentence(
    networks: list[str], sentence: str
) -> None:
    with pytest.raises(LanError, match=sentence):
        Lan(*networks)


@pytest.mark.parametrize("network", ["10.1.0.0/16", "203.0.113.128/25", "fd00::/64", "3fff::/64"])
def test_private_and_documentation_networks_are_taken(network: str) -> None:
    assert repr(Lan(network)) == "<Lan, not begun>"


def test_a_with_block_gives_everything_back() -> None:
    start().close()
    with pytest.raises(ZeroDivisionError), Lan("192.0.2.0/24") as lan:
        anna, ben = lan.host("anna"), lan.host("ben")
        with ben:
            listener = socket.create_server(("", 80))
        with listener, anna, socket.create_connection((ben.address, 80)):
            _ = 1 / 0
    assert repr(lan) == "<Lan, closed>"


def test_a_full_network_says_so() -> None:
    lan = start("192.0.2.0/30")
    try:
        lan.host("anna")
        lan.host("ben")
        with pytest.raises(LanError, match=r"^192\.0\.2\.0/30 is full: all of its 2 addresses"):
            lan.host("carl")
        assert [one.name for one in lan.hosts] == ["anna", "ben"]
    finally:
        lan.close()


def test_names_and_addresses_that_cannot_be_are_refused(lan: Lan) -> None:
    lan.host("anna")
    with pytest.raises(LanError, match="^expected a new name; there is a anna on this LAN already"):
        lan.host("anna")
    for name in ("", "Anna", "a b", "../x", "-r", "a" * 32, 7):
        with pytest.raises(LanError, match="^expected a name of small letters"):
            lan.host(name)  # type: ignore[arg-type]
    refused = {
        "192.0.2.1": "^expected a free address for ben; 192.0.2.1 is anna's$",
        "192.0.2.0": "^expected an address of a host in 192.0.2.0/24; got 192.0.2.0$",
        "192.0.2.255": "^expected an address of a host in 192.0.2.0/24; got 192.0.2.255$",
        "10.0.0.1": "^expected an address of a host in 192.0.2.0/24; got 10.0.0.1$",
        "ben": "^expected an address such as \"192.0.2.7\"; got 'ben'$",
    }
    for address, sentence in refused.items():
        with pytest.raises(LanError, match=sentence):
            lan.host("ben", address=address)
    lan.host("ben")


def test_a_cable_that_would_close_a_circle_is_refused(lan: Lan) -> None:
    needs("ping")
    ground = lan.center
    assert ground is not None
    first, second = lan.switch("first"), lan.hub("second")
    with pytest.raises(LanError, match="^expected two switches to connect; got switch twice$"):
        lan.link(ground, ground)
    lan.link(first, second)
    lan.link(ground, second)
    with pytest.raises(LanError, match="^expected two segments; switch and first are connected"):
        lan.link(ground, first)
    other = lan.switch("other", "198.51.100.0/24")
    with pytest.raises(LanError, match="^expected one side of the cable to be without networks"):
        lan.link(ground, other)
    anna, ben = lan.host("anna", first), lan.host("ben", second)
    assert anna.run("ping", "-c1", ben.address).returncode == 0


@pytest.mark.parametrize(
    "wrong", [{"loss": -0.1}, {"loss": 1.1}, {"delay_s": -1}, {"rate_bps": float("nan")}]
)
def test_a_cable_cannot_be_any_worse(wrong: dict[str, float]) -> None:
    with pytest.raises(LanError, match=f"^expected {next(iter(wrong))} to be .*; got "):
        Cable(**wrong)  # type: ignore[arg-type]


def test_a_closed_lan_says_so() -> None:
    lan = start("192.0.2.0/24")
    anna = lan.host("anna")
    lan.close()
    lan.close()
    closed = "^expected a LAN that is open; this one is closed: make a new Lan$"
    with pytest.raises(LanError, match=closed):
        lan.host("ben")
    with pytest.raises(LanError, match=closed), anna:
        pass
    with pytest.raises(LanError, match=closed):
        anna.run("true")
    with pytest.raises(LanError, match=closed):
        _ = anna.routes
    assert repr(lan) == "<Lan, closed>"
    assert repr(anna) == "<Host anna, closed>"
    with pytest.raises(LanError, match="^expected a new Lan for a new with-block"):
        lan.start()


def test_a_lan_that_has_not_begun_or_has_no_switch_says_so() -> None:
    with pytest.raises(LanError, match=r"^expected `with Lan\(...\) as lan:` around this"):
        Lan("192.0.2.0/24").host("anna")
    lan, other = start(), start("192.0.2.0/24")
    try:
        with pytest.raises(LanError, match="^expected a switch: this Lan was made without"):
            lan.host("anna")
        with pytest.raises(LanError, match="^expected a switch of this LAN; got <Switch switch>"):
            lan.host("anna", other.center)
        with pytest.raises(LanError, match="^expected a host or router of this LAN; got <Host"):
            other.plug(lan.host("anna", lan.switch("home")), other.center)
    finally:
        other.close()
        lan.close()


def test_a_program_that_is_not_there_is_named(lan: Lan) -> None:
    anna = lan.host("anna")
    with pytest.raises(Unavailable, match="^expected the program 'no-such' on this machine"):
        anna.run("no-such")
    with pytest.raises(LanError, match="^expected a program and its arguments to run on anna"):
        anna.run()


# ---------------------------------------------------------------- programs


def test_a_program_shows_what_it_printed(lan: Lan) -> None:
    anna = lan.host("anna")
    done = anna.run("sh", "-c", "echo out; echo err >&2; exit 3")
    assert done.returncode == 3
    assert str(done) == "out\nerr"
    assert done.args == ["sh", "-c", "echo out; echo err >&2; exit 3"]
    assert anna.run("cat", input="given").stdout == "given"
    with pytest.raises(subprocess.CalledProcessError):
        anna.run("false", check=True)


def test_a_started_program_ends_with_the_lan() -> None:
    lan = start("192.0.2.0/24")
    shell = lan.host("anna").popen("sh", "-c", "sleep 1000 & sleep 1000")
    lan.close()
    assert shell.returncode == -9


def test_a_plan_of_addresses_counts_routers_from_the_end() -> None:
    segment = Segment((ip_interface("10.0.0.0/29").network,))
    assert [str(lease) for lease in segment.lease("r", router=True)] == ["10.0.0.6/29"]
    assert [str(lease) for lease in segment.lease("a")] == ["10.0.0.1/29"]
    assert segment.lease("none", None) == []


# ---------------------------------------------------------------- by hand

_BY_HAND = """
set -e
mount -t tmpfs none /run
mkdir /run/netns
{commands}
for name in {names}; do
    ip -n $name -j addr
    ip -n $name -j route
    ip -n $name -j -6 route
done
"""


def test_the_commands_make_the_same_lan_by_hand(offices: Lan) -> None:
    """Typed in a namespace of its own, the script gives the addresses and routes that we have."""
    needs("unshare", "ip", "ethtool", "nft", "sysctl")
    router, office = offices.routers[0], offices.switches[1]
    assert isinstance(router, Router)
    router.nat(office)
    router.add_route("203.0.113.0/24", via="198.51.100.1")
    names = [one.name for one in (*offices.hosts, router, *offices.switches)]
    script = _BY_HAND.format(commands=offices.commands, names=" ".join(names))
    typed = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--net", "--mount", "sh"],
        input=script,
        capture_output=True,
        text=True,
        check=False,
    )
    assert typed.stderr == ""
    by_hand = [json.loads(line) for line in typed.stdout.splitlines() if line.startswith("[")]
    ours = [
        json.loads(offices[name].run("ip", *words, check=True).stdout)
        for name in names
        for words in (["-j", "addr"], ["-j", "route"], ["-j", "-6", "route"])
    ]
    assert len(ours) == 3 * len(names)
    assert [_plain(one) for one in by_hand] == [_plain(one) for one in ours]


def _plain(listed: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out the kernel's own numbers, and the state that it finds out about in its time."""
    own = ("ifindex", "link", "link_index", "link_netnsid", "operstate")
    return [{key: value for key, value in row.items() if key not in own} for row in listed]


def test_a_bad_cable_is_typed_with_netem() -> None:
    lan = start("192.0.2.0/24")
    try:
        lan.host("anna", cable=Cable(loss=0.1, delay_s=0.05, rate_bps=1e6))
        shown = str(lan.commands).splitlines()
        assert (
            "tc -n anna qdisc add dev eth0 root netem loss 10% delay 50ms rate 1000000bit" in shown
        )
        assert repr(lan.commands) == f"<{len(shown)} commands>"
        assert lan.commands._repr_mimebundle_() == {"text/plain": str(lan.commands)}
    finally:
        lan.close()


def test_sockets_of_a_closed_lan_reach_nobody() -> None:
    lan = start("192.0.2.0/24")
    anna, ben = lan.host("anna"), lan.host("ben")
    with anna, socket.create_server(("", 80)) as listener:
        lan.close()
        assert listener.getsockname() == ("0.0.0.0", 80)
    assert repr(ben) == "<Host ben, closed>"
