"""What the machines of one LAN share: the namespaces, their names, the commands typed so far."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Protocol

from netlib.errors import LanError
from netlib.lan.namespaces import Namespaces

__all__ = ["Commands", "Site"]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


class Commands(tuple[str, ...]):
    """Shell commands in order; shown, they are a script that makes the same LAN as root."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} commands>"

    def __str__(self) -> str:
        return "\n".join(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # IPython's own printer of tuples would come before the text of the mime bundle.
        printer.text(str(self))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": str(self)}


class Member(Protocol):
    """A machine, as far as its site knows it."""

    @property
    def name(self) -> str: ...
    @property
    def macs(self) -> Collection[str]: ...
    def end_programs(self) -> None:
        """End what runs on it."""


class Site:
    """The machines of one LAN by name, and everything that has to be given back."""

    def __init__(self) -> None:
        self.namespaces = Namespaces()
        self.machines: dict[str, Member] = {}
        self.commands: list[str] = []
        self.open = True
        self._macs: Counter[int] = Counter()
        self._closers: list[Callable[[], None]] = []

    def check_open(self) -> None:
        """Raise LanError if the LAN has been closed."""
        if not self.open:
            raise LanError("expected a LAN that is open; this one is closed: make a new Lan")

    def check_name(self, name: str) -> None:
        """Raise LanError unless a new machine may have this name."""
        self.check_open()
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise LanError(
                'expected a name of small letters, digits and "-", at most 31, a letter first; '
                f"got {name!r}"
            )
        if name in self.machines:
            raise LanError(f"expected a new name; there is a {name} on this LAN already")

    def new_mac(self, first: int) -> str:
        """Return the next MAC address with that first byte: the same one on every run.

        The second lowest bit of the first byte makes it local, nobody's (IEEE 802, 8.2.2).
        """
        self._macs[first] += 1
        return bytes([first, *self._macs[first].to_bytes(5)]).hex(":")

    def owner(self, mac: str) -> str:
        """Return the name of the machine that was given this MAC address, "" for nobody's."""
        for machine in self.machines.values():
            if mac in machine.macs:
                return machine.name
        return ""

    def on_close(self, closer: Callable[[], None]) -> None:
        """Call closer when the LAN is closed, the newest first."""
        self._closers.append(closer)

    def close(self) -> None:
        """Give everything back. A second call does nothing."""
        self.open = False
        for machine in self.machines.values():
            machine.end_programs()  # also those that are about to enter their network
        self.namespaces.close()  # and with it whatever they have started
        while self._closers:
            self._closers.pop()()
