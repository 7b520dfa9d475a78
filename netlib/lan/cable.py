"""Cables between machines: a pair of the kernel's interfaces, or one in user space with faults."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from netlib.deadlines import HELPER_S
from netlib.errors import LanError
from netlib.lan import rtnetlink
from netlib.lan.machine import Machine
from netlib.lan.processes import start_beside
from netlib.lan.site import Site
from netlib.netlink import ACK, Netlink

__all__ = ["Cable", "End", "Link", "connect"]

Device = tuple[int, str, str]  # index, name and MAC address of an interface

_WIRE = Path(__file__).with_name("wire.py")
_ETH_ALL = 3  # linux/if_ether.h
_SOL_PACKET = 263
_IGNORE_OUTGOING = 23  # PACKET_IGNORE_OUTGOING, linux/if_packet.h


@dataclass(frozen=True, slots=True)
class Cable:
    """What a cable does to frames, in each direction alike; Cable() does nothing.

    Attributes:
        loss: share of the frames that are lost, 0 to 1.
        delay_s: seconds that the way takes.
        rate_bps: bits a second, 0 for no bound; at most 0.2 s of frames wait in a queue.
        seed: which frames are lost is the same for the same seed.
    """

    loss: float = 0.0
    delay_s: float = 0.0
    rate_bps: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.loss <= 1:
            raise LanError(f"expected loss to be a share from 0 to 1; got {self.loss!r}")
        if not 0 <= self.delay_s <= 10:
            raise LanError(f"expected delay_s to be 0 to 10 seconds; got {self.delay_s!r}")
        if not 0 <= self.rate_bps < float("inf"):
            raise LanError(f"expected rate_bps to be bits a second from 0; got {self.rate_bps!r}")

    def __bool__(self) -> bool:
        return bool(self.loss or self.delay_s or self.rate_bps)

    def __str__(self) -> str:
        """The words of netem (tc-netem(8))."""
        words = []
        if self.loss:
            words.append(f"loss {self.loss * 100:.6g}%")
        if self.delay_s:
            words.append(f"delay {self.delay_s * 1000:.6g}ms")
        if self.rate_bps:
            words.append(f"rate {self.rate_bps:.0f}bit")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Link:
    """A cable: two machines, the interface of each, and what the cable does to frames."""

    near: Machine
    near_device: str
    far: Machine
    far_device: str
    cable: Cable

    def __repr__(self) -> str:
        ends = f"{self.near.name}:{self.near_device} to {self.far.name}:{self.far_device}"
        return f"<Link {ends}{', ' if self.cable else ''}{self.cable}>"


@dataclass(frozen=True, slots=True)
class End:
    """Where a cable is to end: a machine, a name for its new interface, the bridge behind it."""

    machine: Machine
    device: str
    bridge: tuple[int, str] | None = None

    def plug(self) -> Device:
        """Return index, name and MAC address of the new interface."""
        return self.machine.new_device(self.device)

    def ready(self, index: int) -> list[bytes]:
        """Return the requests that put the interface to work."""
        return [*rtnetlink.quiet(index), rtnetlink.up(index, self.bridge and self.bridge[0])]

    def typed(self) -> None:
        """Record what a person would have typed for ready()."""
        master = f" master {self.bridge[1]}" if self.bridge else ""
        self.machine.typed(f"link set {self.device}{master} addrgenmode none")
        self.machine.typed(f"link set {self.device} up")


def connect(near: End, far: End, cable: Cable) -> Link:
    """Put a cable between two machines; both ends carry frames afterwards."""
    ours, theirs = near.plug(), far.plug()
    near.machine.typed(
        f"link add {ours[1]} address {ours[2]} type veth "
        f"peer name {theirs[1]} address {theirs[2]} netns {far.machine.name}"
    )
    with near.machine.netlink() as here, far.machine.netlink() as there:
        ends = (near, ours, here), (far, theirs, there)
        if cable:
            _wire(near.machine.site, ends, cable)
        else:
            made = rtnetlink.add_veth(ours, theirs, far.machine.network)
            here.transact([made, *near.ready(ours[0])])
            there.transact(far.ready(theirs[0]))
        for end, own, kernel in ends:
            _settle(kernel, own[0])
            end.typed()
            end.machine.no_offload(kernel, end.device)
            if cable:
                words = f"qdisc add dev {end.device} root netem {cable}"
                end.machine.site.commands.append(f"tc -n {end.machine.name} {words}")
    return Link(near.machine, near.device, far.machine, far.device, cable)


def _wire(site: Site, ends: Iterable[tuple[End, Device, Netlink]], cable: Cable) -> None:
    """Lead both interfaces into a network between them, where a process of ours carries frames."""
    between = site.namespaces.network()  # afterwards the packet sockets keep it alive
    make = partial(site.namespaces.new_socket, between)
    try:
        for index, (end, own, kernel) in enumerate(ends, 2):
            inner = (index, f"end{index}", site.new_mac(0x0A))
            kernel.transact([rtnetlink.add_veth(own, inner, between), *end.ready(own[0])])
        with Netlink(make) as kernel:
            for index in (2, 3):
                kernel.transact([*rtnetlink.quiet(index), rtnetlink.up(index)])
            _settle(kernel, 2, 3)
        with _packets(make, "end2") as first, _packets(make, "end3") as second:
            _carry(site, first, second, cable)
    finally:
        os.close(between)


def _settle(kernel: Netlink, *indices: int) -> None:
    """Wait until interfaces carry frames, which the kernel gets to in its own time.

    Until then it drops what is sent, in silence.
    """
    end = time.monotonic() + HELPER_S
    for index in indices:
        request = rtnetlink.GETLINK, ACK, rtnetlink.one_link(index)
        while not rtnetlink.carries(kernel.exchange(*request)[0]):
            if time.monotonic() > end:
                raise LanError(f"expected a new cable to work within {HELPER_S:g} s; it does not")
            os.sched_yield()


def _packets(make: Callable[[int, int, int], int], device: str) -> socket.socket:
    family, kind = socket.AF_PACKET, socket.SOCK_RAW
    sock = socket.socket(family, kind, 0, make(family, kind, 0))
    sock.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
    sock.bind((device, _ETH_ALL))
    return sock


def _carry(site: Site, first: socket.socket, second: socket.socket, cable: Cable) -> None:
    control, theirs = socket.socketpair()
    with theirs:
        ends = [first.fileno(), second.fileno()]
        process = start_beside(_WIRE, [*ends, theirs.fileno()], json.dumps(asdict(cable)))

    def cut() -> None:
        control.shutdown(socket.SHUT_RDWR)  # closing is not enough if there are forks
        control.close()
        process.wait()

    site.on_close(cut)
