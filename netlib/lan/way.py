"""The way of frames through a LAN: a row a hop, with MAC addresses, IP addresses and TTL.

Captures on several machines see the same frame at several places; here it is one hop. From hop
to hop the MAC addresses change and the TTL falls, the IP addresses stay (RFC 1812, section
5.3.1), unless there is a NAT.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from netlib.dissect import IPv4, IPv6
from netlib.images import image
from netlib.ladder import Ladder
from netlib.lan.tables import Table
from netlib.lan.words import Words, spoken
from netlib.trace import Event, Fate, Message, Note, endpoints_of

if TYPE_CHECKING:
    from netlib.capture import Captured
    from netlib.lan.lan import Lan

__all__ = ["Hop", "Way", "way"]

_MOST = 6  # machines that a ladder has room for
_EVERYBODY = "*"
_TRANSLATED = {  # what a NAT rewrites behind the IP header, by protocol: from, to
    1: ((2, 6),),  # ICMP: checksum, identifier
    6: ((0, 4), (16, 18)),  # TCP: ports, checksum
    17: ((0, 4), (6, 8)),  # UDP: the same
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One frame on its way from a machine to the next.

    Attributes:
        row: its number in the ladder.
        receiver: "*" for a frame to a group that nobody was seen to get.
        mac, ip: from and to; ip is "" for what is no IP packet.
        ttl: time to live, of IPv6 the hop limit; "" for what is no IP packet.
        says: what the frame carries, in a line.
    """

    row: int
    sender: str
    receiver: str
    mac: str
    ip: str
    ttl: str
    says: str


@dataclass(frozen=True, slots=True, repr=False)
class Way:
    """What way() found; notebooks show both.

    Attributes:
        ladder: between whom, in order; beside the rows, what they carry.
        hops: the same rows with all addresses.
    """

    ladder: Ladder
    hops: Table[Hop]

    def __str__(self) -> str:
        arrows = [e for e in self.ladder.events if not (isinstance(e, Note) and e.joined)]
        return f"{replace(self.ladder, events=arrows)}\n\n{self.hops}"  # which says the rest

    def __repr__(self) -> str:
        return f"<Way of {len(self.hops)} hop{'' if len(self.hops) == 1 else 's'}>"

    def alternative(self) -> str:
        """The whole way in words, a sentence a hop, for who cannot see it."""
        words = self.ladder.words
        said = []
        for hop in self.hops:
            ends = words.to.format(sender=hop.sender, receiver=hop.receiver)
            parts = [f"MAC {hop.mac}", hop.ip and f"IP {hop.ip}", hop.ttl and f"TTL {hop.ttl}"]
            said.append(f"{ends}{words.colon}{', '.join(filter(None, [*parts, hop.says]))}")
        return words.between.join(said)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        picture = image(self.ladder.svg(), self.alternative())
        table = self.hops._repr_mimebundle_()["text/html"]
        return {"text/plain": str(self), "text/html": f"{picture}{table}"}


def way(
    lan: "Lan",
    seen: "Mapping[str, Iterable[Captured]]",
    packet: "Captured | None" = None,
    *,
    title: str = "",
    words: Words | None = None,
) -> Way:
    """Return the way of frames through lan.

    A frame is lost if a capture on its receiver has not seen it.

    Args:
        seen: what was captured on which machine, by its name; switches may be among them.
        packet: show the hops of this packet alone, also through a NAT; else of all.

    Raises:
        ValueError: a frame has no Ethernet header; there are no such frames, or more machines
            than a ladder has room for.
    """
    words = words or spoken()
    names = {mac: one.name for one in (*lan.hosts, *lan.routers) for mac in one.macs}
    wanted = None if packet is None else _identity(packet)
    hops: list[Hop] = []
    arrows: list[Message | Note] = []
    for sighting in _sightings(seen, wanted):
        for receiver in _receivers(sighting, names):
            lost = receiver in seen and receiver not in sighting.arrived()
            fate: Fate = "lost" if lost else "delivered"
            hop = _hop(len(hops) + 1, sighting.first, names, receiver)
            arrows.append(_arrow(hop, fate))
            hops.append(replace(hop, says=f"{hop.says} {words.ladder.fate(fate)}".rstrip()))
    machines = endpoints_of(arrows)
    if not 2 <= len(machines) <= _MOST:
        raise ValueError(
            f"expected frames between 2 to {_MOST} machines; got {len(hops)} between "
            f"{', '.join(machines) or 'nobody'}: capture on others, or choose a packet"
        )
    events: list[Event] = []
    for hop, arrow in zip(hops, arrows, strict=True):
        events += [arrow, Note(machines[-1], hop.ip or hop.says, joined=True)]
    shown = f"{title}{words.colon if title else ''}{words.key}"
    return Way(Ladder(events, machines, title=shown, words=words.ladder), Table(hops))


@dataclass(slots=True)
class _Sighting:
    """One frame, and where it was seen: machine, interface and direction."""

    first: "Captured"
    places: set[tuple[str, str, str]] = field(default_factory=set)

    def arrived(self) -> list[str]:
        """Return the machines that it came in at, by name."""
        return sorted({name for name, _, direction in self.places if direction == "in"})


def _sightings(seen: "Mapping[str, Iterable[Captured]]", wanted: object) -> list[_Sighting]:
    """Return every frame once, in order; the same bytes at the same place again are another."""
    every = [(one.time_ns, name, one) for name, frames in seen.items() for one in frames]
    every.sort(key=lambda each: each[0])
    found: list[_Sighting] = []
    latest: dict[bytes, _Sighting] = {}
    for _, name, one in every:
        if wanted is not None and _identity(one) != wanted:
            continue
        place = name, one.interface, one.direction
        if one.data not in latest or place in latest[one.data].places:
            latest[one.data] = _Sighting(one)
            found.append(latest[one.data])
        latest[one.data].places.add(place)
    return found


def _receivers(sighting: _Sighting, names: Mapping[str, str]) -> list[str]:
    """Return who a frame is for; of one to a group those who were seen to get it, or nobody."""
    source, destination = _ends(sighting.first)
    if not int(destination[:2], 16) & 1:  # IEEE 802, 8.2: not the address of a group
        return [names.get(destination, destination)]
    others = {name for name in names.values() if name != names.get(source)}
    return [name for name in sighting.arrived() if name in others] or [_EVERYBODY]


def _hop(row: int, one: "Captured", names: Mapping[str, str], receiver: str) -> Hop:
    source, destination = _ends(one)
    ip, ttl = "", ""
    for header in one.frame.headers:
        if isinstance(header, IPv4 | IPv6):
            ip = f"{header.source} -> {header.destination}"
            ttl = str(header.ttl if isinstance(header, IPv4) else header.hop_limit)
            break
    says = str(one).removeprefix(f"{ip.replace('->', '>')} ")
    return Hop(
        row, names.get(source, source), receiver, f"{source} -> {destination}", ip, ttl, says
    )


def _arrow(hop: Hop, fate: Fate) -> Message | Note:
    source, _, destination = hop.mac.partition(" -> ")
    label = f"{source[-2:]}->{destination[-2:]}" + (f", TTL {hop.ttl}" if hop.ttl else "")
    if hop.receiver == _EVERYBODY:
        return Note(hop.sender, label)
    return Message(hop.sender, hop.receiver, label, fate=fate)


def _ends(one: "Captured") -> tuple[str, str]:
    """Return the MAC addresses that a frame is from and to."""
    found = [str(value) for name in ("eth.src", "eth.dst") for value in one[name]]
    if len(found) != 2:
        raise ValueError(f"expected frames with an Ethernet header; got {len(one.data)} bytes")
    return found[0], found[1]


def _identity(one: "Captured") -> tuple[object, ...]:
    """Return what stays the same of a packet from hop to hop; of other frames all bytes."""
    for layer in one.frame.layers:
        header = layer.header
        if not isinstance(header, IPv4 | IPv6):
            continue
        body = bytearray(one.data[layer.payload : layer.stop])
        spans: tuple[tuple[int, int], ...] = ()
        if isinstance(header, IPv6):
            known: tuple[object, ...] = header.source, header.destination
        else:
            known = header.identification, header.protocol, header.fragment_offset
            if not header.fragment_offset:
                spans = _TRANSLATED.get(header.protocol, ())
        for first, stop in spans:
            body[first:stop] = bytes(len(body[first:stop]))
        return *known, bytes(body)
    return (one.data,)
