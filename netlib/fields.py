"""A named span of bytes: what a dissector finds in a message and a hex view shows."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """Bytes ``start`` up to, not including, ``stop`` of a message mean ``name`` = ``value``.

    ``text`` is how a reader wants to see the value ("512 bytes"); empty, ``value`` is shown.
    """

    name: str
    start: int
    stop: int
    value: object
    text: str = ""
