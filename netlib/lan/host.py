"""Hosts: machines with addresses and routes, on which Python code can be."""

import socket
from typing import Self

from netlib.errors import LanError
from netlib.lan import leading, rtnetlink
from netlib.lan.addresses import Address, destination, parse_address
from netlib.lan.machine import Machine
from netlib.lan.segment import Lease, link_local
from netlib.lan.site import Site
from netlib.lan.tables import Neighbour, Route, Table

__all__ = ["Host"]

_STATES = {  # NUD_*, linux/neighbour.h; RFC 4861 section 7.3.2
    0x01: "incomplete",
    0x02: "reachable",
    0x04: "stale",
    0x08: "delay",
    0x10: "probe",
    0x20: "failed",
    0x80: "permanent",
}


class Host(Machine):
    """A host. `with host:` makes every new socket of this thread or task one of the host's.

    A socket stays on its host wherever it is used afterwards. The names of the LAN's hosts
    are known on it; programs are started by run() and popen().
    """

    def __init__(self, name: str, site: Site) -> None:
        super().__init__(name, site)
        self._given: tuple[str, ...] = ()
        self.ask([rtnetlink.up(1)])
        self.typed("link set lo up")

    def __enter__(self) -> Self:
        self.site.check_open()
        leading.lead()
        leading.enter(self)
        return self

    def __exit__(self, *_: object) -> None:
        leading.leave()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its addresses on the LAN as the kernel has them now, IPv4 first."""
        found = map(rtnetlink.read_address, self.dump(rtnetlink.GETADDR))
        own = [row.address for row in found if row.index != 1 and row.address is not None]
        own.sort(key=lambda address: address.version)
        return tuple(str(address) for address in own if not address.is_link_local)

    @property
    def address(self) -> str:
        """The first address that the LAN gave it, or that it has got otherwise.

        Raises:
            LanError: it has none.
        """
        found = self._given or self.addresses
        if not found:
            raise LanError(f"expected {self.name} to have an address; it has none yet")
        return found[0]

    @property
    def routes(self) -> Table[Route]:
        """What `ip route` lists: where packets go, the longest prefix first."""
        found = [rtnetlink.read_route(body) for body in self.dump(rtnetlink.GETROUTE)]
        names = self._names()
        rows = [row for row in found if row is not None and row.network is not None]
        rows.sort(key=lambda row: row.network.prefixlen if row.network else 0, reverse=True)
        return Table(
            Route(
                str(row.network) if row.prefix or row.network.prefixlen else "default",
                str(row.address or ""),
                names.get(row.index, "?"),
            )
            for row in rows
            if row.network is not None
        )

    @property
    def neighbours(self) -> Table[Neighbour]:
        """What `ip neighbour` lists: whose MAC address is known, and since when it is doubted."""
        found = map(rtnetlink.read_neighbour, self.dump(rtnetlink.GETNEIGH))
        names = self._names()
        return Table(
            Neighbour(str(row.address), row.mac, names.get(row.index, "?"), _STATES[row.state])
            for row in found
            if row.state in _STATES
        )

    def look_up(self, name: str) -> list[str]:
        """Return the addresses of the machine of that name on this LAN; none if there is none."""
        machine = self.site.machines.get(name)
        return list(machine.addresses) if isinstance(machine, Host) else []

    def add_route(self, to: str, via: str) -> None:
        """Send packets for a network, "default" for all others, to the router at address via.

        Raises:
            LanError: to is no network, or via no address of the same version.
            OSError: via is not on a network of this host, or there is such a route already.
        """
        router = parse_address(via)
        net = destination("::/0" if to == "default" and router.version == 6 else to)
        if net.version != router.version:
            raise LanError(f"expected a router of IPv{net.version} on the way to {net}; got {via}")
        self.ask([rtnetlink.add_route(net, router)])
        shown = net if net.prefixlen else "default"
        self.typed(f"{'-6 ' if net.version == 6 else ''}route add {shown} via {via}")

    def add_default_route(self, gateway: Address) -> None:
        """Send what is for no other network to the router at gateway."""
        self.add_route("default", str(gateway))

    def remask(self, prefix: int) -> None:
        """Give its first IPv4 address another prefix length, 1 to 30; nobody else hears of it.

        Raises:
            LanError: it has no IPv4 address, or prefix is no such length.
        """
        if type(prefix) is not int or not 1 <= prefix <= 30:
            raise LanError(f"expected a prefix length from 1 to 30; got {prefix!r}")
        found = map(rtnetlink.read_address, self.dump(rtnetlink.GETADDR, socket.AF_INET))
        own = next((row for row in found if row.index != 1), None)
        if own is None or own.address is None:
            raise LanError(f"expected {self.name} to have an IPv4 address; it has none")
        if own.prefix == prefix:
            return
        # The new one first: with the last address the kernel would drop all routes.
        add = rtnetlink.add_address(own.index, own.address, prefix)
        drop = rtnetlink.delete_address(own.index, own.address, own.prefix)
        self.ask([add, drop])
        device = self.devices[own.index]
        self.typed(f"addr add {own.address}/{prefix} dev {device} brd +")
        self.typed(f"addr del {own.address}/{own.prefix} dev {device}")

    def next_interface(self) -> tuple[int, str]:
        """Return index and name of the interface that the next cable will make."""
        return max(self.devices) + 1, f"eth{len(self.devices) - 1}"

    def take(self, index: int, leases: list[Lease]) -> None:
        """Give an interface its addresses; the first one also leads broadcasts out."""
        device = self.devices[index]
        self._given += tuple(str(lease.address) for lease in leases)
        if any(lease.address.version == 6 for lease in leases):
            leases = [*leases, link_local(self.macs[-1])]
        requests = [
            rtnetlink.add_address(index, lease.address, lease.network.prefixlen) for lease in leases
        ]
        for lease in leases:
            more = " brd +" if lease.address.version == 4 else " nodad"
            self.typed(f"addr add {lease} dev {device}{more}")
        if index == 2:
            for to in ("255.255.255.255/32", "224.0.0.0/4"):  # else ENETUNREACH without a router
                requests.append(rtnetlink.add_route(destination(to), index=index))
                self.typed(f"route add {to} dev {device}")
        self.ask(requests)

    def _names(self) -> dict[int, str]:
        links = map(rtnetlink.read_link, self.dump(rtnetlink.GETLINK))
        return {link.index: link.name for link in links}
