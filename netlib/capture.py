"""Frames off a LAN as values: live from a switch, hub, host or router, or from a recording.

    with capture(lan.center, "udp.port == 6000") as frames:
        ...
    frames.save("lan.pcapng")  # which Wireshark opens

A switch shows every frame once, at the port where it came in; a host shows what its
interfaces send and receive. What the frames mean is netlib.dissect's business.
"""

import html
import os
import select
import socket
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, overload

from netlib import pcapng, recording
from netlib.columns import clean, elide
from netlib.deadlines import CAPTURE_S
from netlib.dissect import Frame, dissect
from netlib.dissect.layers import Ports
from netlib.errors import LanError, Truncated
from netlib.lan.filter import Filter, parse
from netlib.lan.machine import Machine
from netlib.lan.ring import ETH_ALL, Ring
from netlib.lan.switch import Switch

__all__ = ["Capture", "Captured", "Frames", "capture", "recorded"]

_EMPTY_S = 0.05  # the ring holds what comes within this, at up to 160,000 frames a second
_TWICE = ("lo", "br0")  # lo has every frame twice, br0 those that a port had before
_SHOWN = 60  # rows of a listing; the last line counts the others
_WIDEST = 100  # columns of what a frame says in it


@dataclass(frozen=True, slots=True)
class Captured:
    """One frame, where and when it was seen.

    Attributes:
        time_ns: nanoseconds since 1970 (UTC), by the kernel's clock.
        data: its bytes, from the destination's MAC address on (in a recording: from what its
            link begins with), without the check sequence.
        interface: the one that saw it: of a switch, the port where it came in.
        direction: "in" or "out"; "" if a recording does not tell.
        length: bytes on the wire; more than data has if the capture cut it.
        linktype: LINKTYPE_ number of the link: 1 is Ethernet.
        ports: who speaks on which port, besides those that are known.
    """

    time_ns: int
    data: bytes = field(repr=False)
    interface: str
    direction: Literal["in", "out", ""]
    length: int
    linktype: int = pcapng.ETHERNET
    ports: Ports | None = field(default=None, compare=False, repr=False)

    @property
    def frame(self) -> Frame:
        """Its layers and fields; what is wrong with it is told by frame.error."""
        return dissect(
            self.data,
            snapped=self.length > len(self.data),
            lenient=True,
            ports=self.ports,
            link=self.linktype,
        )

    def __getitem__(self, name: str) -> list[object]:
        """Return the values of all fields called name, as frame["ip.dst"]."""
        return self.frame[name]

    def __str__(self) -> str:
        return self.frame.summary()


class Frames(Sequence[Captured]):
    """Frames in the order in which they were seen; shown, they are a listing.

    Attributes:
        label: where they are from.
        dropped: how many the kernel had no room for.
    """

    def __init__(self, frames: Iterable[Captured], label: str, dropped: int = 0) -> None:
        self._frames = list(frames)
        self.label = label
        self._dropped = dropped

    @property
    def dropped(self) -> int:
        """How many frames the kernel had no room for: they were on the wire, but not seen."""
        return self._dropped

    @overload
    def __getitem__(self, at: int) -> Captured: ...
    @overload
    def __getitem__(self, at: slice) -> "Frames": ...
    def __getitem__(self, at: int | slice) -> "Captured | Frames":
        if isinstance(at, slice):
            return Frames(self._seen()[at], self.label, self.dropped)
        return self._seen()[at]

    def __len__(self) -> int:
        return len(self._seen())

    def where(self, text: str) -> "Frames":
        """Return those frames that a filter lets pass: "ip.dst == 192.0.2.7 and udp".

        Raises:
            ValueError: the filter is not one; says where.
        """
        passes = parse(text).matches
        found = [one for one in self._seen() if passes(one.frame)]
        return Frames(found, f"{self.label}, {text}", self.dropped)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write them to a pcapng file, which Wireshark and tshark open."""
        pcapng.write(
            path,
            (
                pcapng.Packet(
                    one.time_ns,
                    one.data,
                    one.linktype,
                    one.interface,
                    one.length,
                    direction=one.direction,
                )
                for one in self._seen()
            ),
        )

    def _seen(self) -> list[Captured]:
        return self._frames

    def __repr__(self) -> str:
        return f"<{self._count()} {self.label}>"

    def __str__(self) -> str:
        return "\n".join([*self._rows(), f"{self._count()} {self.label}"])

    def _count(self) -> str:
        number, lost = len(self), self.dropped
        some = f"{number:,} frame{'' if number == 1 else 's'}"
        return f"{some}, {lost:,} dropped by the kernel," if lost else f"{some}, none dropped,"

    def _rows(self) -> list[str]:
        """A line a frame: number, seconds since the first, interface and direction, summary."""
        seen = list(self._seen())
        start = seen[0].time_ns if seen else 0
        rows = [
            f"{number:>4}  {(one.time_ns - start) / 1e9:9.6f}  "
            f"{clean(f'{one.interface} {one.direction}'):<9}  {elide(str(one), _WIDEST)}"
            for number, one in enumerate(seen[:_SHOWN], 1)
        ]
        if len(seen) > _SHOWN:
            rows.append(f"   … {len(seen) - _SHOWN:,} more: frames[{_SHOWN}:]")
        return rows

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        text = str(self)
        return {"text/plain": text, "text/html": f"<pre>{html.escape(text)}</pre>"}


class Capture(Frames):
    """Frames that go on coming as long as the with-block; made by capture()."""

    def __init__(self, machine: Machine, wanted: Filter, interface: str) -> None:
        super().__init__([], f"seen on {machine.name}{f', {wanted}' if wanted.text else ''}")
        self._machine, self._wanted, self._interface = machine, wanted, interface
        self._unjudged: list[Captured] = []
        self._ring: Ring | None = None
        self._emptying = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._keep_empty, name=f"capture on {machine.name}", daemon=True
        )

    def __enter__(self) -> Self:
        if self._thread.ident is not None:
            raise LanError("expected a new capture() for a new with-block; this one has been used")
        made = self._machine.new_socket(socket.AF_PACKET, socket.SOCK_RAW, ETH_ALL)
        on_switch = isinstance(self._machine, Switch)
        self._ring = Ring(made, self._interface, arriving_only=on_switch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._empty()  # what came until now counts
        with self._emptying:
            if self._ring is not None:
                self._dropped = self._ring.dropped()
                self._ring.close()
                self._ring = None

    @property
    def dropped(self) -> int:
        """How many frames the kernel had no room for: they were on the wire, but not seen."""
        with self._emptying:
            return self._dropped if self._ring is None else self._ring.dropped()

    def wait(self, count: int = 1, timeout: float = CAPTURE_S) -> Frames:
        """Return the first count frames as soon as they have come.

        Raises:
            TimeoutError: fewer came within timeout seconds.
        """
        end = time.monotonic() + timeout
        while len(self) < count:
            left = end - time.monotonic()
            if self._ring is None or left <= 0:
                raise TimeoutError(f"expected {count} frames within {timeout:g} s; {self!r} so far")
            select.select([self._ring], [], [], min(left, _EMPTY_S))
        return self[:count]

    def _keep_empty(self) -> None:
        """Empty the ring now and then; to wake up for every frame would slow its sender down."""
        while not self._stop.wait(_EMPTY_S):
            self._empty()

    def _empty(self) -> None:
        with self._emptying:
            for raw in self._ring.take() if self._ring is not None else ():
                name = self._machine.devices.get(raw.index, f"#{raw.index}")
                if name != self._interface and (self._interface or name in _TWICE):
                    continue
                way: Literal["in", "out"] = "out" if raw.outgoing else "in"
                self._unjudged.append(Captured(raw.time_ns, raw.data, name, way, raw.length))

    def _seen(self) -> list[Captured]:
        """Filter what has come: here, where a filter that cannot be answered raises."""
        self._empty()
        with self._emptying:
            new, self._unjudged = self._unjudged, []
        self._frames += [one for one in new if self._wanted.matches(one.frame)]
        return self._frames


def capture(machine: Machine, wanted: str = "", *, interface: str = "") -> Capture:
    """Return a context manager that captures while its block runs.

    Args:
        machine: a switch, hub, host or router.
        wanted: a filter, "ip.dst == 192.0.2.7 and udp.port == 6000"; "" for every frame.
        interface: one of the machine's, such as "eth0" or "lo"; "" for all but lo.

    Raises:
        ValueError: the filter is not one; says where.
        LanError: machine has no such interface.
    """
    if not isinstance(machine, Machine):
        raise TypeError(f"capture() expected a switch, hub, host or router; got {machine!r}")
    if interface and interface not in machine.devices.values():
        names = ", ".join(machine.devices.values())
        raise LanError(f"expected an interface of {machine.name} ({names}); got {interface!r}")
    return Capture(machine, parse(wanted), interface)


def recorded(path: str | os.PathLike[str], *, ports: Ports | None = None) -> Frames:
    """Return the frames of a pcapng or pcap file, labelled as a recording.

    Of a file that was cut off those before the cut are returned, and the label says so. Frames
    of a link that is not known (Wi-Fi, USB) are listed and not taken apart: error names it.

    Args:
        ports: who speaks on which port, as in netlib.dissect: {40001: TFTP}.

    Raises:
        Truncated, Malformed: it is no such file.
    """
    frames: list[Captured] = []
    made = "made elsewhere"
    try:
        for packet in recording.packets(path):
            frames.append(_captured(packet, ports))  # noqa: PERF401 -- those before a cut count
    except Truncated:
        if not frames:
            raise
        made = f"made elsewhere and cut off inside frame {len(frames) + 1}"
    return Frames(frames, f"in a recording, {made}: {os.path.basename(path)}")


def _captured(packet: pcapng.Packet, ports: Ports | None) -> Captured:
    length = packet.original_length
    return Captured(
        packet.time_ns,
        packet.data,
        packet.interface,
        packet.direction,
        len(packet.data) if length is None else length,
        pcapng.ETHERNET if packet.linktype is None else packet.linktype,
        ports,
    )
