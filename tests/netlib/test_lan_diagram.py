"""Pictures of a LAN: who is plugged in where, and a frame's way from machine to machine."""

import re
import socket
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from netlib.capture import Captured, capture
from netlib.columns import width
from netlib.deadlines import stretched
from netlib.dissect import UDP, Ethernet, IPv4, build
from netlib.errors import LanError, Unavailable
from netlib.lan import Cable, Host, Lan
from netlib.lan.diagram import Diagram, Node, Plug
from netlib.lan.way import way
from netlib.lan.words import CHINESE, ENGLISH

DEADLINE_S = stretched(60)


def start(*networks: str) -> Lan:
    try:
        return Lan(*networks).start()
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture
def lan() -> Iterator[Lan]:
    lan = start("192.0.2.0/24")
    yield lan
    lan.close()


@pytest.fixture
def offices(lan: Lan) -> Lan:
    """Two networks, a hub, two routers between them, bad cables, and a switch that is alone."""
    assert lan.center is not None
    far, floor = lan.switch("far", "198.51.100.0/24"), lan.hub("floor")
    lan.link(lan.center, floor, cable=Cable(rate_bps=10_000_000))
    lan.host("anna")
    lan.host("ben", cable=Cable(loss=0.1, delay_s=0.02))
    lan.host("carl", floor)
    lan.router("gate", lan.center, far)
    lan.router("backup", lan.center, far)
    lan.host("dora", far, None)
    lan.switch("spare")
    return lan


# ---------------------------------------------------------------- the diagram, as text

OFFICES = """\
switch  switch 192.0.2.0/24
├─ port1 ── port1  floor  hub 192.0.2.0/24  at most 10 Mbit/s
│  └─ port2 ── eth0  carl  192.0.2.3/24
├─ port2 ── eth0  anna  192.0.2.1/24
├─ port3 ── eth0  ben  192.0.2.2/24  loss 10 %, delay 20 ms
├─ port4 ── eth0  gate  router 192.0.2.254/24
│  └─ eth1 198.51.100.254/24 ── port1  far  switch 198.51.100.0/24
│     └─ port3 ── eth0  dora
└─ port5 ── eth0  backup  router 192.0.2.253/24
   └─ eth1 198.51.100.253/24 ── port2  → far
spare  switch"""

OFFICES_ZH = """\
switch  交换机 192.0.2.0/24
├─ port1 ── port1  floor  集线器 192.0.2.0/24  限速 10 Mbit/s
│  └─ port2 ── eth0  carl  192.0.2.3/24
├─ port2 ── eth0  anna  192.0.2.1/24
├─ port3 ── eth0  ben  192.0.2.2/24  丢包 10 %，延迟 20 ms
├─ port4 ── eth0  gate  路由器 192.0.2.254/24
│  └─ eth1 198.51.100.254/24 ── port1  far  交换机 198.51.100.0/24
│     └─ port3 ── eth0  dora
└─ port5 ── eth0  backup  路由器 192.0.2.253/24
   └─ eth1 198.51.100.253/24 ── port2  → far
spare  交换机"""


def test_the_text_shows_every_machine_cable_and_address(offices: Lan) -> None:
    assert str(offices) == OFFICES
    assert str(offices.diagram(CHINESE)) == OFFICES_ZH
    assert max(map(width, OFFICES_ZH.splitlines())) <= 78


def test_cables_side_by_side_are_drawn_as_one_with_their_number(lan: Lan) -> None:
    assert lan.center is not None
    far, third = lan.switch("far"), lan.switch("third")
    slow = Cable(delay_s=0.02, rate_bps=1e7)
    for one, other in ((lan.center, far), (lan.center, far), (far, third), (third, lan.center)):
        lan.link(one, other, cable=slow, loop=True)
    lan.host("anna", far)
    assert (
        str(lan)
        == """\
switch  switch 192.0.2.0/24
├─ port1 ── port1  far  switch 192.0.2.0/24  2 cables, delay 20 ms, at most 10 Mbit/s
│  ├─ port3 ── port1  → third  delay 20 ms, at most 10 Mbit/s
│  └─ port4 ── eth0  anna  192.0.2.1/24
└─ port3 ── port2  third  switch 192.0.2.0/24  delay 20 ms, at most 10 Mbit/s"""
    )
    assert "2 cables, delay 20 ms" in lan.diagram().alternative()
    assert "2 条网线，延迟 20 ms" in str(lan.diagram(CHINESE))


def test_the_same_lan_gives_the_same_bytes(offices: Lan) -> None:
    one, other = offices.diagram(), offices.diagram()
    assert one == other
    assert one.svg() == other.svg()
    assert repr(one) == "<Diagram of 2 trees>"


def test_the_words_say_all_that_the_picture_shows(offices: Lan) -> None:
    for words in (ENGLISH, CHINESE):
        diagram = offices.diagram(words)
        said = diagram.alternative()
        for text in texts(diagram.svg()):
            for part in re.split(r" ── |, |，", text.removeprefix("→ ")):
                if part not in ("host", "主机"):
                    assert part in said, (part, said)
    assert "switch to ben: port3 ── eth0, 192.0.2.2/24, loss 10 %, delay 20 ms; " in (
        offices.diagram().alternative()
    )
    assert "backup 到 far：eth1 198.51.100.253/24 ── port2；" in (
        offices.diagram(CHINESE).alternative()
    )


def test_an_address_that_came_later_is_shown_and_link_local_ones_are_not() -> None:
    lan = start("192.0.2.0/24", "2001:db8::/64")
    anna = lan.host("anna")
    late = lan.host("late", address=None)
    assert str(lan).endswith("eth0  late")
    late.run("ip", "addr", "add", "192.0.2.77/24", "dev", "eth0", check=True)
    assert str(lan).splitlines()[1:] == [
        f"├─ port1 ── eth0  anna  {anna.address}/24, 2001:db8::1/64",
        "└─ port2 ── eth0  late  192.0.2.77/24",
    ]
    lan.close()


def test_a_host_on_two_switches_is_one_machine(lan: Lan) -> None:
    far = lan.switch("far", "198.51.100.0/24")
    anna = lan.host("anna")
    lan.plug(anna, far)
    lan.plug(anna)
    assert str(lan).splitlines() == [
        "switch  switch 192.0.2.0/24",
        "└─ port1 ── eth0  anna  192.0.2.1/24",
        "   ├─ eth1 198.51.100.1/24 ── port1  far  switch 198.51.100.0/24",
        "   └─ eth2 192.0.2.2/24 ── port2  → switch",
    ]


def test_a_circle_of_three_routers_is_drawn_once() -> None:
    lan = start()
    switches = [lan.switch(f"s{i}", f"192.0.2.{16 * i}/28") for i in range(3)]
    for i in range(3):
        lan.router(f"r{i}", switches[i], switches[(i + 1) % 3])
    text = str(lan)
    assert sorted(re.findall(r"── \w+  (?:→ )?([rs]\d)", text)) == [
        *("r0", "r1", "r2", "s1", "s2", "s2")
    ]
    assert text.count("→") == 1
    assert text.count("\n") == 6  # a line for s0, and one for each of six cables
    lan.close()


def test_a_lan_that_is_not_open_shows_its_state() -> None:
    lan = start("192.0.2.0/24")
    lan.close()
    assert str(lan) == repr(lan) == "<Lan, closed>"
    assert lan._repr_mimebundle_() == {"text/plain": "<Lan, closed>"}
    assert Lan()._repr_mimebundle_() == {"text/plain": "<Lan, not begun>"}
    with pytest.raises(LanError, match="this one is closed"):
        lan.diagram()


def test_a_lan_without_machines_says_so() -> None:
    lan = start()
    assert str(lan) == "an empty LAN"
    assert texts(lan.diagram(CHINESE).svg()) == ["空的局域网"]
    lan.close()


# ---------------------------------------------------------------- a hundred hosts


def test_a_hundred_hosts_are_folded_around_what_is_special(lan: Lan) -> None:
    for number in range(1, 101):
        lan.host(f"h{number}", cable=Cable(loss=0.5) if number == 71 else Cable())
    began = time.perf_counter()
    lines = str(lan).splitlines()
    assert time.perf_counter() - began < DEADLINE_S / 10
    assert lines[1:] == [
        "├─ port1 ── eth0  h1  192.0.2.1/24",
        "├─ port2 ── eth0  h2  192.0.2.2/24",
        "├─ port3 … port69 ── eth0  … 67 hosts, h3 to h69  192.0.2.3/24 … 192.0.2.69/24",
        "├─ port70 ── eth0  h70  192.0.2.70/24",
        "├─ port71 ── eth0  h71  192.0.2.71/24  loss 50 %",
        "├─ port72 ── eth0  h72  192.0.2.72/24",
        "├─ port73 ── eth0  h73  192.0.2.73/24",
        "├─ port74 … port99 ── eth0  … 26 hosts, h74 to h99  192.0.2.74/24 … 192.0.2.99/24",
        "└─ port100 ── eth0  h100  192.0.2.100/24",
    ]
    assert len(str(lan.diagram(most=None)).splitlines()) == 101
    assert lan.diagram(CHINESE).svg().count("台主机") == 2
    box = ET.fromstring(lan.diagram().svg()).attrib
    assert int(box["height"]) < 900


@pytest.mark.parametrize(("count", "shown"), [(12, 12), (13, 4)])
def test_few_hosts_are_not_folded(lan: Lan, count: int, shown: int) -> None:
    for number in range(count):
        lan.host(f"h{number}")
    assert len(str(lan).splitlines()) == 1 + shown


# ---------------------------------------------------------------- the diagram, as a picture


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def shapes(svg: str) -> list[dict[str, float]]:
    """Return the boxes of machines, without the card."""
    found = list(ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}rect"))[1:]
    return [{k: float(r.attrib[k]) for k in ("x", "y", "width", "height")} for r in found]


def test_no_box_covers_another_and_all_lie_on_the_card(offices: Lan) -> None:
    for words in (ENGLISH, CHINESE):
        svg = offices.diagram(words).svg()
        card = ET.fromstring(svg).attrib
        boxes = shapes(svg)
        assert len(boxes) == 11  # ten machines, and the second cable to far
        for i, one in enumerate(boxes):
            assert 0 < one["x"] < one["x"] + one["width"] < float(card["width"])
            assert 0 < one["y"] < one["y"] + one["height"] < float(card["height"])
            for other in boxes[i + 1 :]:
                assert (
                    one["x"] + one["width"] <= other["x"]
                    or other["x"] + other["width"] <= one["x"]
                    or one["y"] + one["height"] <= other["y"]
                    or other["y"] + other["height"] <= one["y"]
                )


def test_a_cable_that_does_something_is_dashed_and_says_what(offices: Lan) -> None:
    svg = offices.diagram().svg()
    assert svg.count('<path class="faulty"') == 2
    assert {"loss 10 %, delay 20 ms", "at most 10 Mbit/s"} <= set(texts(svg))


def test_a_notebook_gets_text_first_and_a_picture_with_words(offices: Lan) -> None:
    bundle = offices._repr_mimebundle_()
    assert list(bundle) == ["text/plain", "text/html"]
    assert bundle["text/plain"] == OFFICES
    assert '<img alt="switch, switch 192.0.2.0/24; ' in bundle["text/html"]
    assert "data:image/svg+xml;base64," in bundle["text/html"]


def test_names_are_text_and_never_markup() -> None:
    """Lan takes no such name; a diagram is a value that anybody may make."""
    odd = Node("<b>&", "host", above=Plug("p<1>", ()), here=Plug("eth0", ('"1"',)))
    diagram = Diagram([Node("s", "switch", below=(odd,))])
    assert {"<b>&", "p<1> ── eth0", '"1"'} <= set(texts(diagram.svg()))
    assert "<b>" not in diagram._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("cable", "english", "chinese"),
    [
        (Cable(), "", ""),
        (Cable(loss=1), "loss 100 %", "丢包 100 %"),
        (Cable(delay_s=0.0005), "delay 0.5 ms", "延迟 0.5 ms"),
        (Cable(rate_bps=9600), "at most 9.6 kbit/s", "限速 9.6 kbit/s"),
        (Cable(rate_bps=300), "at most 300 bit/s", "限速 300 bit/s"),
        (Cable(rate_bps=2.5e9), "at most 2.5 Gbit/s", "限速 2.5 Gbit/s"),
    ],
)
def test_what_a_cable_does_is_said_in_both_languages(
    cable: Cable, english: str, chinese: str
) -> None:
    assert ENGLISH.faults(cable) == english
    assert CHINESE.faults(cable) == chinese


# ---------------------------------------------------------------- a frame's way


Seen = dict[str, Any]


@pytest.fixture
def routed(lan: Lan) -> tuple[Lan, Host, Host]:
    assert lan.center is not None
    far = lan.switch("far", "198.51.100.0/24")
    lan.router("gate", lan.center, far)
    return lan, lan.host("anna"), lan.host("ben", far)


def echoed(lan: Lan, anna: Host, ben: Host, *also: str) -> Seen:
    """Let anna send ben a datagram and get one back, captured on all machines."""
    with ExitStack() as stack:
        machines = [anna, ben, lan["gate"], *map(lan.__getitem__, also)]
        seen = {one.name: stack.enter_context(capture(one)) for one in machines}
        with anna, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
            with ben, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as theirs:
                theirs.bind(("", 6000))
                for sock in (ours, theirs):
                    sock.settimeout(DEADLINE_S)
                ours.bind(("", 7000))
                ours.sendto(b"ping", (ben.address, 6000))
                data, source = theirs.recvfrom(100)
                theirs.sendto(data, source)
                ours.recv(100)
    return seen


def test_from_hop_to_hop_the_macs_change_the_ttl_falls_and_the_ips_stay(
    routed: tuple[Lan, Host, Host],
) -> None:
    lan, anna, ben = routed
    shown = way(lan, {k: v.where("udp") for k, v in echoed(lan, anna, ben, "switch").items()})
    assert str(shown) == (
        "MAC addresses (last byte), TTL\n"
        "        anna                gate                    ben\n"
        "   1      |- 03->01, TTL 64 ->|                      |\n"
        "   2      |                   |---- 02->04, TTL 63 ->|\n"
        "   3      |                   |<---- 04->02, TTL 64 -|\n"
        "   4      |<- 01->03, TTL 63 -|                      |\n"
        "\n"
        f"row  sender  receiver  {'mac':<38}  {'ip':<25}  ttl  says\n"
        + "\n".join(
            f"{row}    {sender:<6}  {receiver:<8}  02:00:00:00:00:{macs[0]} -> "
            f"02:00:00:00:00:{macs[1]}  {ip}  {ttl}   UDP {ports} len=4"
            for row, sender, receiver, macs, ip, ttl, ports in (
                (1, "anna", "gate", ("03", "01"), THERE, 64, "7000 > 6000"),
                (2, "gate", "ben", ("02", "04"), THERE, 63, "7000 > 6000"),
                (3, "ben", "gate", ("04", "02"), BACK, 64, "6000 > 7000"),
                (4, "gate", "anna", ("01", "03"), BACK, 63, "6000 > 7000"),
            )
        )
    )
    assert repr(shown) == "<Way of 4 hops>"
    mac = "MAC 02:00:00:00:00:03 -> 02:00:00:00:00:01"
    first = f"anna to gate: {mac}, IP {THERE}, TTL 64, UDP 7000 > 6000 len=4; gate to ben: "
    assert shown.alternative().startswith(first)
    assert {"03->01, TTL 64", THERE} <= set(texts(shown.ladder.svg()))
    html = shown._repr_mimebundle_()["text/html"]
    assert '<img alt="anna to gate: MAC ' in html
    assert "<table>" in html
    assert f"<td>{THERE.replace('>', '&gt;')}" in html


THERE, BACK = "192.0.2.1 -> 198.51.100.1", "198.51.100.1 -> 192.0.2.1"


def test_one_packet_is_followed_also_through_a_nat(routed: tuple[Lan, Host, Host]) -> None:
    lan, anna, ben = routed
    far, gate = lan["far"], lan["gate"]
    try:
        gate.nat(far)  # type: ignore[union-attr]
    except Unavailable as missing:
        pytest.skip(str(missing))
    seen = echoed(lan, anna, ben)
    (sent,) = seen["anna"].where("udp and ip.src == 192.0.2.1")
    shown = way(lan, seen, sent, title="There", words=CHINESE)
    assert [(hop.sender, hop.receiver, hop.ip, hop.ttl) for hop in shown.hops] == [
        ("anna", "gate", "192.0.2.1 -> 198.51.100.1", "64"),
        ("gate", "ben", "198.51.100.254 -> 198.51.100.1", "63"),
    ]
    assert str(shown).startswith("There：MAC 地址（最后一个字节）、TTL\n")


def test_a_broadcast_is_a_row_for_everybody_who_got_it(routed: tuple[Lan, Host, Host]) -> None:
    lan, anna, ben = routed
    seen = echoed(lan, anna, ben, "switch")
    asked = way(lan, {k: v.where("arp.opcode == 1") for k, v in seen.items()})
    assert [(hop.sender, hop.receiver) for hop in asked.hops] == [("anna", "gate"), ("gate", "ben")]
    assert [hop.ttl for hop in asked.hops] == ["", ""]
    alone = {"anna": seen["anna"]}
    first = way(lan, alone).hops[0]
    assert (first.receiver, first.mac[-17:]) == ("*", "ff:ff:ff:ff:ff:ff")


def frame(number: int, place: str, direction: Any, ttl: int = 64, dst: int = 2) -> Captured:
    data = build(
        Ethernet(f"02:00:00:00:00:{dst:02}", "02:00:00:00:00:01"),
        IPv4("192.0.2.1", "192.0.2.2", 17, ttl, identification=7),
        UDP(1, 2),
        b"x",
    )
    return Captured(number, data, place, direction, len(data))


def test_a_frame_that_its_receiver_never_saw_is_lost(lan: Lan) -> None:
    lan.host("anna")
    lan.host("ben")
    sent = [frame(1, "eth0", "out"), frame(5, "eth0", "out")]
    shown = way(lan, {"anna": sent, "switch": [frame(2, "port1", "in")], "ben": []})
    assert "X" in str(shown)
    assert str(shown).count("(lost)") == 4  # beside the arrow, and in the table
    shown = way(lan, {"anna": sent, "ben": [frame(6, "eth0", "in")]})
    assert [hop.says.endswith("(lost)") for hop in shown.hops] == [True, False]
    assert "(lost)" not in str(way(lan, {"anna": sent}))  # nobody looked


def test_the_same_bytes_at_the_same_place_again_are_another_frame(lan: Lan) -> None:
    lan.host("anna")
    lan.host("ben")
    times = {"anna": [frame(1, "eth0", "out"), frame(9, "eth0", "out")]}
    assert len(way(lan, times).hops) == 2
    assert len(way(lan, {"anna": times["anna"][:1], "ben": [frame(2, "eth0", "in")]}).hops) == 1


def test_a_mac_of_nobody_is_shown_as_it_is(lan: Lan) -> None:
    lan.host("anna")
    (hop,) = way(lan, {"anna": [frame(1, "eth0", "out", dst=99)]}).hops
    assert hop.receiver == "02:00:00:00:00:99"


def test_frames_that_are_cut_or_no_ip_still_have_a_way(lan: Lan) -> None:
    lan.host("anna")
    lan.host("ben")
    whole = frame(1, "eth0", "out").data
    for length in range(14, len(whole)):
        cut = Captured(1, whole[:length], "eth0", "out", len(whole))
        assert len(way(lan, {"anna": [cut]}, cut).hops) == 1
    for length in range(14):
        cut = Captured(1, whole[:length], "eth0", "out", len(whole))
        with pytest.raises(ValueError, match="^expected frames with an Ethernet header; got "):
            way(lan, {"anna": [cut]})


def test_no_frames_and_too_many_machines_are_a_sentence(lan: Lan) -> None:
    lan.host("anna")
    with pytest.raises(ValueError, match="^expected frames between 2 to 6 machines; got 0 between"):
        way(lan, {"anna": []})
    many = [frame(number, "eth0", "out", dst=number) for number in range(10, 20)]
    with pytest.raises(ValueError, match="capture on others, or choose a packet$"):
        way(lan, {"anna": many})


def test_importing_a_lan_does_not_load_the_dissectors() -> None:
    program = "import sys, netlib.lan; print('netlib.lan.way' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
