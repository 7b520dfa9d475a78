"""Routers: hosts that forward packets between their networks, and may translate addresses."""

import contextlib
import os

from netlib.errors import LanError, Unavailable
from netlib.lan import nat, rtnetlink
from netlib.lan.host import Host
from netlib.lan.segment import Lease
from netlib.lan.site import Site
from netlib.lan.switch import Switch
from netlib.lan.tables import Table, Translation

__all__ = ["Router"]


class Router(Host):
    """A host that forwards: it takes one off the TTL, and answers with ICMP when it cannot.

    Attributes:
        legs: its interface on each segment, by the name of the switch there.
    """

    def __init__(self, name: str, site: Site) -> None:
        super().__init__(name, site)
        self.legs: dict[str, str] = {}

    def take(self, index: int, leases: list[Lease]) -> None:
        """Give an interface its addresses, and forward what arrives there."""
        super().take(index, leases)
        versions = {lease.address.version for lease in leases}
        if 4 in versions:
            self.ask([rtnetlink.forward(index)])
            self._typed_setting(f"net.ipv4.conf.{self.devices[index]}.forwarding")
        if 6 in versions:
            self._forward_v6()

    def nat(self, outside: Switch) -> None:
        """Send packets to the segment outside with this router's address there (RFC 3022).

        Raises:
            LanError: the router has no interface there.
            Unavailable: this machine's kernel has no NAT.
        """
        device = self.legs.get(outside.name)
        if device is None:
            raise LanError(f"expected a switch that {self.name} is on; got {outside.name}")
        try:
            with self.netlink(nat.PROTOCOL) as kernel:
                kernel.transact(nat.masquerade(device))
        except OSError as error:
            raise Unavailable(
                f"expected a kernel with NAT (nf_tables, nft_masq): {error.strerror}. "
                "Its administrator can load them: sudo modprobe nft_masq nft_chain_nat"
            ) from error
        for words in nat.typed(device):
            self.site.commands.append(f"ip netns exec {self.name} nft {words}")

    @property
    def translations(self) -> Table[Translation]:
        """The flows that pass through the NAT now."""
        with self.netlink(nat.PROTOCOL) as kernel:
            return Table(nat.flows(kernel))

    def _forward_v6(self) -> None:
        name = "net.ipv6.conf.all.forwarding"
        path = f"/proc/sys/{name.replace('.', '/')}"  # netlink can read it, but not set it
        try:
            setting = self.open(path, os.O_WRONLY)
        except OSError as error:
            raise Unavailable(
                f"expected to set {name}=1 on {self.name}; {error.strerror}. Start the container "
                "with  docker run --security-opt systempaths=unconfined"
            ) from error
        with contextlib.closing(os.fdopen(setting, "w")) as file:
            file.write("1")
        self._typed_setting(name)

    def _typed_setting(self, name: str) -> None:
        self.site.commands.append(f"ip netns exec {self.name} sysctl -qw {name}=1")
