"""The tables of hosts, routers and switches as values, which notebooks show as tables."""

import html
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from netlib.columns import clean, pad, width

__all__ = ["Interface", "Neighbour", "Route", "Station", "Table", "Translation"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface of a host: an address with its prefix length, or "" for none."""

    device: str
    mac: str
    address: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where packets to a network go: to the router via, or straight out if that is ""."""

    destination: str
    via: str
    device: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Whom ARP (RFC 826) or neighbour discovery (RFC 4861, states in 7.3.2) has found."""

    address: str
    mac: str
    device: str
    state: str


@dataclass(frozen=True, slots=True)
class Station:
    """Where a switch has learnt a MAC address.

    Attributes:
        host: the name of who has that MAC address, "" if it is nobody's on this LAN.
        idle_s: seconds since a frame came from it.
    """

    mac: str
    port: str
    host: str
    idle_s: float


@dataclass(frozen=True, slots=True)
class Translation:
    """One flow through a NAT: as the inside sent it, and as the outside sees it (RFC 3022).

    Attributes:
        inside, outside, peer: address:port, or the address alone where there are no ports.
        expires_s: seconds until the entry is forgotten if nothing more comes.
    """

    protocol: str
    inside: str
    outside: str
    peer: str
    expires_s: int


class Table(tuple[T, ...]):
    """Rows of one kind, as they were when asked for; a table without rows says so."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Table of {len(self)} row{'' if len(self) == 1 else 's'}>"

    def __str__(self) -> str:
        rows = self._cells()
        if len(rows) < 2:
            return "(empty)"
        wide = [max(width(row[at]) for row in rows) for at in range(len(rows[0]))]
        lines = ("  ".join(map(pad, row, wide)).rstrip() for row in rows)
        return "\n".join(lines)

    def _cells(self) -> list[list[str]]:
        """Return the heading and the rows as text; no rows, no heading."""
        rows = []
        for row in self:
            names = [field.name for field in fields(row)]  # type: ignore[arg-type]  # of dataclasses
            rows.append([clean(_shown(getattr(row, name))) for name in names])
        return [[name.replace("_s", ", s") for name in names], *rows] if rows else []

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # IPython's own printer of tuples would come before the text of the mime bundle.
        printer.text(str(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        bundle = {"text/plain": str(self)}
        if rows := self._cells():
            head, *rest = (["<tr>", *(html.escape(cell) for cell in row)] for row in rows)
            lines = ["<th>".join(head), *("<td>".join(row) for row in rest)]
            bundle["text/html"] = f"<table>{''.join(lines)}</table>"
        return bundle


def _shown(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
