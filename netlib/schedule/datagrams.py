"""What a schedule does to datagrams that go one way: for relays, and for whoever plays a network.

Sans I/O: datagrams and the time come in, what arrives goes out. `streams` is the same for bytes
of a stream.
"""

import heapq
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from netlib.schedule import Fault, Schedule
from netlib.trace import Fate

__all__ = ["Crossing", "Passage"]

T = TypeVar("T")

STRANGER = b"stranger"
"""What a stranger says where the schedule does not say it."""


@dataclass(frozen=True, slots=True)
class Crossing(Generic[T]):
    """A datagram that comes out of a passage, or does not ("lost").

    Attributes:
        way: between whom, as it was fed; a "forged" one comes from a third party, and goes to
            where the datagram goes before which it arrives.
        data: as it is delivered.
        sent: when it was fed, if it was kept back meanwhile; else None.
        faults: what happened to it, as a schedule's text.
    """

    way: T
    data: bytes
    fate: Fate = "delivered"
    sent: float | None = None
    faults: str = ""
    number: int = 0


class Passage(Generic[T]):
    """One direction of a bad network.

    Feed it datagrams in the order in which they are sent; take `arriving` after every feed, and
    when the time `due` has come. Times are seconds of any clock, the same for all calls.

    Attributes:
        fed: how many datagrams it was fed.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        reply: bool,
        lane: Callable[[T], Hashable] = lambda way: None,
    ) -> None:
        """reply: the direction from the target to its clients. Only datagrams of the same lane
        can be late to each other."""
        self._lane = lane
        faults = [fault for fault in schedule.faults if fault.reply is reply]
        self._every = [fault for fault in faults if fault.every]
        self._once: dict[int, dict[str, Fault]] = {}
        for fault in faults:
            if not fault.every:
                self._once.setdefault(fault.number, {})[fault.kind] = fault
        self.fed = self._ordered = 0
        self._newest: dict[Hashable, int] = {}
        self._held: list[Crossing[T]] = []  # by reorder, for the next datagram
        self._flying: list[tuple[float, int, Crossing[T]]] = []

    def feed(self, way: T, data: bytes, now: float) -> None:
        """Send a datagram on its way."""
        self.fed += 1
        faults, held = self._at(self.fed), self._held
        self._held = []
        if faults:
            self._harm(Crossing(way, data, number=self.fed), faults, now)
        else:
            self._fly(Crossing(way, data, number=self.fed), now)
        for waiting in held:
            self._fly(waiting, now)

    def due(self) -> float | None:
        """Return when something arrives; None: nothing is on its way, or it waits for a next."""
        return self._flying[0][0] if self._flying else None

    def arriving(self, now: float) -> Iterator[Crossing[T]]:
        """Yield what has arrived by now, in order, and what was lost or forged."""
        while self._flying and self._flying[0][0] <= now:
            crossing = heapq.heappop(self._flying)[2]
            if crossing.fate not in ("lost", "forged"):
                lane = self._lane(crossing.way)
                newest = self._newest.get(lane, 0)
                if crossing.number < newest and crossing.fate == "delivered":
                    crossing = replace(crossing, fate="late")
                self._newest[lane] = max(crossing.number, newest)
            yield crossing

    def end(self) -> Iterator[Crossing[T]]:
        """Yield what is still on its way, as lost: delayed for longer, or held for a next one."""
        flying = [crossing for _, _, crossing in sorted(self._flying)]
        for crossing in (*flying, *self._held):
            yield replace(crossing, fate="lost")
        self._flying, self._held = [], []

    def _at(self, number: int) -> dict[str, Fault]:
        """Return what happens to that datagram, counted from 1, by the words of its faults."""
        found = {fault.kind: fault for fault in self._every if number % fault.number == 0}
        return found | self._once.get(number, {})

    def _harm(self, crossing: Crossing[T], faults: dict[str, Fault], now: float) -> None:
        if (stranger := faults.pop("stranger", None)) is not None:
            data = STRANGER if stranger.data is None else stranger.data
            self._fly(Crossing(crossing.way, data, "forged", faults=str(stranger)), now)
        data, fate = _spoilt(crossing.data, faults)
        said = "; ".join(map(str, faults.values()))
        crossing = replace(crossing, data=data, fate=fate, faults=said)
        if "lose" in faults:
            self._fly(replace(crossing, fate="lost"), now)
            return
        copies = [crossing]
        if "duplicate" in faults:
            copies.append(replace(crossing, fate="duplicate"))
        for copy in copies:
            if "delay" in faults:
                self._fly(replace(copy, sent=now), now + faults["delay"].amount / 1000)
            elif "reorder" in faults:
                self._held.append(replace(copy, sent=now))
            else:
                self._fly(copy, now)

    def _fly(self, crossing: Crossing[T], due: float) -> None:
        self._ordered += 1
        heapq.heappush(self._flying, (due, self._ordered, crossing))


def _spoilt(data: bytes, faults: dict[str, Fault]) -> tuple[bytes, Fate]:
    """Return what truncate and corrupt make of data. An empty datagram cannot be spoilt."""
    fate: Fate = "delivered"
    if "truncate" in faults and len(data) > faults["truncate"].amount:
        data, fate = data[: faults["truncate"].amount], "truncated"
    if "corrupt" in faults and data:
        middle = len(data) // 2
        data = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]
        fate = "corrupted"
    return data, fate
