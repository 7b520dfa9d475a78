"""Who said what to whom on a LAN in datagrams, by what a capture saw, as a ladder."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from netlib.dissect import UDP
from netlib.labels import label
from netlib.ladder import Ladder
from netlib.lan.words import Words, spoken
from netlib.trace import Message

if TYPE_CHECKING:
    from netlib.capture import Captured
    from netlib.lan.lan import Lan

__all__ = ["conversation"]


def conversation(
    lan: "Lan", frames: "Iterable[Captured]", *, title: str = "", words: Words | None = None
) -> Ladder:
    """Return a ladder of the UDP datagrams among frames, with the hosts of lan as columns.

    What is for many (broadcast, multicast) goes to a column of its own. Messages have the names
    that their protocol gives them, where it is known.

    Raises:
        ValueError: there are no datagrams, or more hosts than a ladder has room for.
    """
    words = words or spoken()
    names = {
        address: host.name for host in (*lan.hosts, *lan.routers) for address in host.addresses
    }
    networks = [net for switch in lan.switches for net in switch.segment.networks]
    many = {str(net.broadcast_address) for net in networks} | {"255.255.255.255"}

    def called(address: str) -> str:
        if address in many or ip_address(address).is_multicast:
            return words.everybody
        return names.get(address, address)

    events = []
    for one in frames:
        for layer in one.frame.layers:
            if not isinstance(layer.header, UDP):
                continue
            (source,), (destination,) = map(one.__getitem__, ("ip.src", "ip.dst"))
            data = one.data[layer.payload : layer.stop]
            said = label(data, layer.header.destination_port, language=words.language)
            events.append(Message(called(str(source)), called(str(destination)), said, data))
    if not events:
        raise ValueError("expected frames with UDP datagrams; got none")
    columns = [name for name in (*names.values(), words.everybody) if _takes_part(name, events)]
    return Ladder(events, list(dict.fromkeys(columns)), title=title, words=words.ladder)


def _takes_part(name: str, events: list[Message]) -> bool:
    return any(name in (event.sender, event.receiver) for event in events)
