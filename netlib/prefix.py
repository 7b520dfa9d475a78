"""What a prefix length makes of an IPv4 address: 32 bits, some of the network, the rest the host's.

A value, in text and as a picture; nothing here asks the kernel (RFC 4632; RFC 3021 for a /31).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from netlib.images import image
from netlib.language import chosen
from netlib.tables import as_text

__all__ = ["Prefix", "parse_address"]

_ROWS = {"en": ("network", "broadcast", "hosts"), "zh": ("网络", "广播", "主机")}
_BARS = {"en": ("network bits", "host bits"), "zh": ("网络位", "主机位")}
_NONE = {"en": "none", "zh": "没有"}
_SAID = {
    "en": {
        "network": "{} is the network's own address here.",
        "broadcast": "{} is the broadcast address here.",
        "host": "{} is a host's address here.",
    },
    "zh": {
        "network": "{} 在这里是网络本身的地址。",
        "broadcast": "{} 在这里是广播地址。",
        "host": "{} 在这里是主机的地址。",
    },
}
_CELL, _GAP, _LEFT, _TOP, _HIGH, _LINE = 17, 10, 12, 38, 24, 20  # pixels
_FILLS, _INKS = ("#cfe3ff", "#ffe3b3"), ("#1f5fa8", "#b3400e")  # of network bits and of host bits


def parse_address(text: str) -> IPv4Address:
    """Return the IPv4 address that text writes.

    Raises:
        ValueError: it writes none.
    """
    try:
        return IPv4Address(text)
    except ValueError:
        raise ValueError(f'expected an IPv4 address such as "192.0.2.7"; got {text!r}') from None


@dataclass(frozen=True, slots=True, repr=False)
class Prefix:
    """An IPv4 address and a prefix length, 0 to 32, and what follows from them.

    language: "en" or "zh"; the reader's own, if none is given.

    Raises:
        ValueError: address is no IPv4 address, or prefix no such length.
    """

    address: str
    prefix: int
    language: str = field(default_factory=chosen)

    def __post_init__(self) -> None:
        parse_address(self.address)
        if type(self.prefix) is not int or not 0 <= self.prefix <= 32:
            raise ValueError(f"expected a prefix length from 0 to 32; got {self.prefix!r}")

    @property
    def network(self) -> IPv4Network:
        """The network that the address is in."""
        return IPv4Network((int(IPv4Address(self.address)), self.prefix), strict=False)

    @property
    def kind(self) -> str:
        """What the address is: "network", "broadcast" or "host"."""
        ends = {self.network[0]: "network", self.network[-1]: "broadcast"}
        return ends.get(IPv4Address(self.address), "host") if self.prefix < 31 else "host"

    def near(self, other: str) -> bool:
        """Tell whether a host with this address and prefix takes other for one of its network."""
        return parse_address(other) in self.network

    def __repr__(self) -> str:
        return f"<Prefix {self.address}/{self.prefix}>"

    def __str__(self) -> str:
        bar = "=" * self.prefix + "-" * (32 - self.prefix)
        shown = [" ".join(row[at : at + 8] for at in range(0, 32, 8)) for row in (bar, self._bits)]
        lines = [f"{self.address}/{self.prefix}", *shown]
        if self.prefix in range(1, 32):
            own, hosts = _BARS[self.language]
            lines.append(f"= {own}   - {hosts}")
        return "\n".join([*lines, as_text(self._rows()), self._said])

    def svg(self) -> str:
        """Return the picture: 32 cells in four groups, each half with its colour and its bar."""
        wide = 2 * _LEFT + 32 * _CELL + 3 * _GAP
        colon = "：" if self.language == "zh" else ": "
        rows = [f"{name}{colon}{value}" for name, value in self._rows()]
        high = _TOP + _HIGH + _LINE * (len(rows) + 2)
        parts = [f'<rect width="{wide}" height="{high}" fill="#ffffff"/>']
        for at, bit in enumerate(self._bits):
            half, x = int(at >= self.prefix), _place(at)
            parts += [
                f'<rect x="{x}" y="{_TOP}" width="{_CELL}" height="{_HIGH}" '
                f'fill="{_FILLS[half]}" stroke="#57606a"/>',
                _text(x + _CELL / 2, _TOP + 17, bit, anchor="middle"),
            ]
        parts += self._bars()
        for line, said in enumerate([*rows, self._said], 1):
            parts.append(_text(_LEFT, _TOP + _HIGH + _LINE * line, said))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
            f'font-family="sans-serif" font-size="13">{"".join(parts)}</svg>'
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": image(self.svg(), str(self))}

    @property
    def _bits(self) -> str:
        return f"{int(IPv4Address(self.address)):032b}"

    @property
    def _said(self) -> str:
        return _SAID[self.language][self.kind].format(self.address)

    def _rows(self) -> list[tuple[str, str]]:
        net, none = self.network, _NONE[self.language]
        names = _ROWS[self.language]
        count, skipped = net.num_addresses, 1 if self.prefix < 31 else 0
        first, last = net[skipped], net[count - 1 - skipped]
        span = f"{first} – {last}" if first != last else f"{first}"
        return [
            (names[0], f"{net}"),
            (names[1], f"{net[-1]}" if skipped else none),
            (names[2], f"{span} ({count - 2 * skipped:,})"),
        ]

    def _bars(self) -> Iterator[str]:
        """Yield a bar over the network bits and one over the host bits, with their names."""
        halves = (0, self.prefix), (self.prefix, 32)
        for (first, stop), ink, name in zip(halves, _INKS, _BARS[self.language], strict=True):
            if first < stop:
                left, right = _place(first), _place(stop - 1) + _CELL
                yield (
                    f'<rect x="{left}" y="{_TOP - 8}" width="{right - left}" height="4" '
                    f'fill="{ink}"/>'
                )
                if stop - first > 4:  # else there is no room for the words
                    yield _text((left + right) / 2, _TOP - 14, name, ink, "middle")


def _place(at: int) -> int:
    """Return where a bit's cell begins."""
    return _LEFT + _CELL * at + _GAP * (at // 8)


def _text(x: float, y: int, words: str, ink: str = "#1a1a1a", anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y}" fill="{ink}" text-anchor="{anchor}">{words}</text>'
