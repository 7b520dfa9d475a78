"""A LAN: hosts, switches and routers, and the cables between them, as long as its with-block."""

from typing import Self, TypeVar

from netlib.errors import LanError
from netlib.lan.addresses import network
from netlib.lan.cable import Cable, End, Link, connect
from netlib.lan.diagram import Diagram
from netlib.lan.host import Host
from netlib.lan.machine import Machine
from netlib.lan.router import Router
from netlib.lan.segment import AUTO, Lease, Segment
from netlib.lan.site import Commands, Site
from netlib.lan.switch import Hub, Switch
from netlib.lan.topology import trees
from netlib.lan.words import Words, spoken

__all__ = ["Lan"]

M = TypeVar("M", bound=Machine)
PLAIN = Cable()
_LOOP_DELAY_S, _LOOP_BPS = 0.005, 20e6  # what a process of ours carries without effort


class Lan:
    """Hosts on switches, made of Linux namespaces, without root and without a way out.

        with Lan("192.0.2.0/24") as lan:
            anna, ben = lan.host("anna"), lan.host("ben")
            with ben:
                listener = socket.create_server(("", 80))
            with anna:
                sock = socket.create_connection((ben.address, 80))

    The block's end gives everything back: namespaces, cables, the programs that still run on
    its hosts. Sockets that were made on them live on, without a network.

    Args:
        networks: of the first switch, one of IPv4, one of IPv6, or both: "192.0.2.0/24".
        hub: make it a hub, which sends every frame to everybody.

    Attributes:
        center: the first switch, where machines are plugged in unless told otherwise; None
            if there are no networks.

    Raises:
        Unavailable: this machine has no namespaces for us; says what to do.
        LanError: a network is no such thing, or is somebody's on the Internet.
    """

    def __init__(self, *networks: str, hub: bool = False) -> None:
        self._networks = [network(text) for text in networks]
        self._segment = Segment(tuple(self._networks))
        self._hub = hub
        self._site: Site | None = None
        self.center: Switch | None = None
        self._links: list[Link] = []

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Self:
        """Begin without a with-block, for a LAN that several cells use; then call close()."""
        if self._site is not None:
            raise LanError("expected a new Lan for a new with-block; this one has been used")
        self._site = Site()
        try:
            if self._networks:
                kind, name = (Hub, "hub") if self._hub else (Switch, "switch")
                self.center = kind(name, self._site, self._segment)
        except BaseException:
            self._site.close()
            raise
        return self

    def __repr__(self) -> str:
        if self._site is None or not self._site.open:
            return f"<Lan, {'not begun' if self._site is None else 'closed'}>"
        names = ", ".join(self._site.machines)
        return f"<Lan: {names or 'empty'}>"

    def __str__(self) -> str:
        return str(self.diagram()) if self._site is not None and self._site.open else repr(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        if self._site is None or not self._site.open:
            return {"text/plain": repr(self)}
        return self.diagram()._repr_mimebundle_()

    def __getitem__(self, name: str) -> Host | Switch:
        """Return the machine of that name.

        Raises:
            LanError: there is none.
        """
        found = self._opened().machines.get(name)
        if isinstance(found, Host | Switch):
            return found
        names = ", ".join(self._opened().machines)
        raise LanError(f"expected one of {names or 'no machines yet'}; got {name!r}")

    def close(self) -> None:
        """Give everything back. A second call does nothing."""
        if self._site is not None:
            self._site.close()

    # ------------------------------------------------------------ machines

    def switch(self, name: str, *networks: str) -> Switch:
        """Add a switch, with networks of its own or none yet."""
        return Switch(name, self._opened(), Segment(tuple(map(network, networks))))

    def hub(self, name: str, *networks: str) -> Hub:
        """Add a hub, with networks of its own or none yet."""
        return Hub(name, self._opened(), Segment(tuple(map(network, networks))))

    def host(
        self,
        name: str,
        switch: Switch | None = None,
        address: str | None = AUTO,
        *,
        gateway: bool = True,
        cable: Cable = PLAIN,
    ) -> Host:
        """Add a host and plug it into a switch, the first one unless told.

        Args:
            address: "auto" for the next free one of each network, None for none (it will ask
                DHCP), or its address.
            gateway: it gets a default route as soon as there is a router on its segment.
            cable: what its cable does to frames.
        """
        site, switch = self._opened(), self._on(switch)
        site.check_name(name)
        leases = switch.segment.lease(name, address)
        host = Host(name, site)
        self._plug(host, switch, leases, cable)
        if gateway:
            switch.segment.add_seeker(host, leases)
        return host

    def router(self, name: str, *switches: Switch) -> Router:
        """Add a router with an interface on every one of the switches.

        It takes the last free address of each network, and is the way out for the hosts there
        unless another router is already.
        """
        router = Router(name, self._opened())
        for switch in switches:
            self.plug(router, switch)
        return router

    def plug(
        self,
        host: Host,
        switch: Switch | None = None,
        address: str | None = AUTO,
        *,
        cable: Cable = PLAIN,
    ) -> Link:
        """Give a host or router one more interface, on a switch; arguments as for host()."""
        site, switch = self._opened(), self._on(switch)
        if not isinstance(host, Host) or host.site is not site:
            raise LanError(f"expected a host or router of this LAN; got {host!r}")
        leases = switch.segment.lease(host.name, address, router=isinstance(host, Router))
        link = self._plug(host, switch, leases, cable)
        if isinstance(host, Router):
            for lease in leases:
                switch.segment.add_gateway(lease.address)
        return link

    def link(self, one: Switch, other: Switch, *, cable: Cable = PLAIN, loop: bool = False) -> Link:
        """Put a cable between two switches, which become one segment.

        Args:
            loop: it may be a second way, over which broadcasts go round until the LAN is
                closed. Its cable has to bound that: 5 ms of delay, and 20 Mbit/s at most.

        Raises:
            LanError: they are one segment already (frames would go round for ever), or both
                have networks of their own; or a loop's cable bounds nothing.
        """
        one, other = self._on(one), self._on(other)
        if one is other:
            raise LanError(f"expected two switches to connect; got {one.name} twice")
        if loop and not (cable.delay_s >= _LOOP_DELAY_S and 0 < cable.rate_bps <= _LOOP_BPS):
            raise LanError(
                f"expected the cable of a loop to have delay_s={_LOOP_DELAY_S:g} or more and "
                f"rate_bps={_LOOP_BPS:.0f} or less; got {cable!r}"
            )
        if one.segment is not other.segment:
            self._join(one.segment, other.segment)
        elif not loop:
            raise LanError(
                f"expected two segments; {one.name} and {other.name} are connected already, and "
                "over a second way broadcasts would go round for ever"
            )
        self._links.append(connect(one.end(), other.end(), cable))
        return self._links[-1]

    def _join(self, *both: Segment) -> None:
        joined = both[0].joined(both[1])
        for switch in self.switches:
            if switch.segment in both:
                switch.segment = joined

    # ------------------------------------------------------------ what there is

    @property
    def hosts(self) -> tuple[Host, ...]:
        """All hosts, without the routers, in the order of their making."""
        return tuple(one for one in self._machines(Host) if not isinstance(one, Router))

    @property
    def routers(self) -> tuple[Router, ...]:
        """All routers, in the order of their making."""
        return self._machines(Router)

    @property
    def switches(self) -> tuple[Switch, ...]:
        """All switches and hubs, in the order of their making."""
        return self._machines(Switch)

    @property
    def links(self) -> tuple[Link, ...]:
        """All cables, in the order of their making."""
        return tuple(self._links)

    @property
    def commands(self) -> Commands:
        """What a person would have typed, as root, to make the same LAN by hand."""
        return Commands(self._site.commands if self._site else ())

    def diagram(self, words: Words | None = None, most: int | None = 12) -> Diagram:
        """Return the picture of the LAN as it is now, which a notebook also shows for `lan`.

        Args:
            words: netlib.lan.words.CHINESE for Chinese; the reader's own, if None.
            most: where more is plugged into a switch, hosts in the middle are folded; None
                shows all.
        """
        self._opened()
        machines = (*self.switches, *self.routers, *self.hosts)
        return Diagram(trees(machines, self.links, most), words=words or spoken())

    def _machines(self, kind: type[M]) -> tuple[M, ...]:
        machines = self._site.machines.values() if self._site else ()
        return tuple(one for one in machines if isinstance(one, kind))

    def _opened(self) -> Site:
        if self._site is None:
            raise LanError("expected `with Lan(...) as lan:` around this; the LAN has not begun")
        self._site.check_open()
        return self._site

    def _on(self, switch: Switch | None) -> Switch:
        """Return the switch that is meant."""
        site = self._opened()
        if switch is None:
            switch = self.center
        if switch is None:
            raise LanError("expected a switch: this Lan was made without networks, so it has none")
        if not isinstance(switch, Switch) or switch.site is not site:
            raise LanError(f"expected a switch of this LAN; got {switch!r}")
        return switch

    def _plug(self, host: Host, switch: Switch, leases: list[Lease], cable: Cable) -> Link:
        index, device = host.next_interface()
        self._links.append(connect(switch.end(), End(host, device), cable))
        host.take(index, leases)
        if isinstance(host, Router):
            host.legs[switch.name] = device
        return self._links[-1]
