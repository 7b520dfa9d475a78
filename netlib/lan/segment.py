"""The addresses of one segment: which networks it has, who has which address, who is next."""

import contextlib
from dataclasses import dataclass, field
from ipaddress import IPv6Network
from typing import Protocol

from netlib.errors import LanError
from netlib.lan.addresses import Address, Network, address_in

__all__ = ["AUTO", "Lease", "Segment", "link_local"]

AUTO = "auto"

_ROUTER_V6 = 0xFE  # routers of IPv6 count down from ...::fe; those of IPv4 from the last address


@dataclass(frozen=True, slots=True)
class Lease:
    """An address of a machine in one of the segment's networks."""

    address: Address
    network: Network

    def __str__(self) -> str:
        return f"{self.address}/{self.network.prefixlen}"


class Seeker(Protocol):
    """A host that wants a default route, as far as a segment knows it."""

    def add_default_route(self, gateway: Address) -> None:
        """Send what is for other networks to gateway."""


@dataclass(eq=False, slots=True)
class Segment:
    """Everything that hears the same broadcasts: at most one network of each version.

    Attributes:
        owners: who has which address.
        gateways: the first router's addresses.
        seekers: hosts that want a default route, and of which version of IP.
    """

    networks: tuple[Network, ...]
    owners: dict[Address, str] = field(default_factory=dict)
    gateways: list[Address] = field(default_factory=list)
    seekers: list[tuple[Seeker, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        versions = [net.version for net in self.networks]
        if len(versions) > len(set(versions)):
            shown = " and ".join(map(str, self.networks))
            raise LanError(f"expected at most one network of IPv4 and one of IPv6; got {shown}")

    def lease(self, name: str, wanted: str | None = AUTO, *, router: bool = False) -> list[Lease]:
        """Give name an address: the one wanted, or the next of each network, or none for None.

        Raises:
            LanError: a network is full; or the address is no host's here, or is somebody's.
        """
        if wanted is None:
            return []
        if wanted == AUTO:
            leases = [Lease(self._free(net, router), net) for net in self.networks]
        else:
            leases = [Lease(*address_in(wanted, self.networks))]
        for lease in leases:
            if lease.address in self.owners:
                owner = self.owners[lease.address]
                raise LanError(f"expected a free address for {name}; {lease.address} is {owner}'s")
        self.owners |= {lease.address: name for lease in leases}
        return leases

    def add_seeker(self, host: Seeker, leases: list[Lease]) -> None:
        """Give host, which has these addresses, default routes now or when there is a router."""
        self.seekers += [(host, lease.address.version) for lease in leases]
        for gateway in self.gateways:
            _lead_out([(host, lease.address.version) for lease in leases], gateway)

    def add_gateway(self, gateway: Address) -> None:
        """Give everybody who wants one a default route, if this is the first of its version."""
        if gateway.version in {known.version for known in self.gateways}:
            return
        self.gateways.append(gateway)
        _lead_out(self.seekers, gateway)

    def joined(self, other: "Segment") -> "Segment":
        """Return the segment that two become when a cable connects them.

        Raises:
            LanError: both have networks.
        """
        if self.networks and other.networks:
            shown = " and ".join(map(str, (*self.networks, *other.networks)))
            raise LanError(f"expected one side of the cable to be without networks; got {shown}")
        return self if self.networks else other

    def _free(self, net: Network, router: bool) -> Address:
        last = net.num_addresses - (2 if net.version == 4 else 1)
        if router:
            start = last if net.version == 4 else min(last, _ROUTER_V6)
            places = range(start, 0, -1)
        else:
            places = range(1, last + 1)
        for place in places:
            address = net[place]
            if address not in self.owners:
                return address
        raise LanError(
            f"{net} is full: all of its {last} addresses are given away. "
            "Expected a larger network, or fewer machines on it"
        )


def link_local(mac: str) -> Lease:
    """Return the address that IPv6 makes of a MAC address (RFC 4291, appendix A).

    Every IPv6 host has one; without it a router cannot ask for the neighbours it forwards to.
    """
    first, *rest = bytes.fromhex(mac.replace(":", ""))
    identifier = bytes([first ^ 2, *rest[:2], 0xFF, 0xFE, *rest[2:]])
    net = IPv6Network("fe80::/64")
    return Lease(net[int.from_bytes(identifier)], net)


def _lead_out(seekers: list[tuple[Seeker, int]], gateway: Address) -> None:
    """Give those a default route who want one of this version and have none."""
    for host, version in seekers:
        if version == gateway.version:
            with contextlib.suppress(FileExistsError):
                host.add_default_route(gateway)
