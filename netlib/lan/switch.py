"""Switches, which learn where frames are to go, and hubs, which do not (bridges of the kernel)."""

import socket

from netlib.lan import rtnetlink
from netlib.lan.cable import End
from netlib.lan.machine import Machine
from netlib.lan.segment import Segment
from netlib.lan.site import Site
from netlib.lan.tables import Station, Table

__all__ = ["Hub", "Switch"]

_OWN = 0x40 | 0x80  # NUD_NOARP, NUD_PERMANENT: the ports' own addresses


class Switch(Machine):
    """A learning switch (IEEE 802.1D): a frame goes where its destination was last heard of.

    Attributes:
        segment: the addresses of everybody who hears the same broadcasts.
    """

    mac_byte = 0x06  # so that hosts are numbered without gaps
    _learns = True

    def __init__(self, name: str, site: Site, segment: Segment) -> None:
        super().__init__(name, site)
        self.segment = segment
        index, bridge, mac = self.new_device("br0")
        made = rtnetlink.add_bridge(index, bridge, mac, learns=self._learns)
        self.ask([made, *rtnetlink.quiet(index), rtnetlink.up(index)])
        ageing = "" if self._learns else " ageing_time 0"
        self.typed(f"link add br0 address {mac} type bridge mcast_snooping 0{ageing}")
        self.typed("link set br0 addrgenmode none")
        self.typed("link set br0 up")
        self.bridge = (index, bridge)

    @property
    def table(self) -> Table[Station]:
        """Which MAC address was last heard on which port, in the order of the ports."""
        found = map(rtnetlink.read_neighbour, self.dump(rtnetlink.GETNEIGH, socket.AF_BRIDGE))
        heard = sorted(
            (row.index, row.mac, row.idle_s) for row in found if not row.state & _OWN and row.mac
        )
        return Table(
            Station(mac, self.devices[index], self.site.owner(mac), idle_s)
            for index, mac, idle_s in heard
        )

    def end(self) -> End:
        """Return the next port, for a cable to end at."""
        return End(self, f"port{len(self.devices) - 1}", self.bridge)  # lo, br0 are no ports


class Hub(Switch):
    """A hub: every frame goes out of every other port. Its table stays empty."""

    _learns = False
