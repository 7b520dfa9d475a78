"""What a schedule does to one direction of a stream: bytes and times in, steps out.

Nothing here touches a socket or a clock (a TCP relay does), so every cut can be tested.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from netlib.schedule import Fault

__all__ = ["End", "Pass", "Reset", "Shape", "Step", "Wait"]

_STOPS = "stall", "delay", "half-close", "reset"  # of several at one place, in this order
ROOM = 256 << 10  # bytes that one direction may hold back before nobody reads on


@dataclass(frozen=True, slots=True)
class Pass:
    """These bytes go on now, in one call; alone: the reader takes them before more come."""

    data: bytes
    alone: bool
    faults: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing goes on before until (None: before more bytes have come).

    faults is said once, when the schedule is the reason.
    """

    until: float | None = None
    faults: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """The direction ends: FIN.

    early: the schedule ends it; lost, which was held back, and all that still comes is lost.
    """

    early: str = ""
    lost: bytes = b""


@dataclass(frozen=True, slots=True)
class Reset:
    """Both ends get an RST."""

    faults: str


Step = Pass | Wait | End | Reset


class Shape:
    """One direction of one connection.

    feed() takes what came, room() says how much more may be read, and step() says what
    happens now; after each Pass it is to be asked again.

    Attributes:
        fed, passed: bytes that came in and that went on.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        faults = tuple(faults)
        self.fed = self.passed = 0
        self._held = bytearray()
        self._ended = self._over = False
        self._until: float | None = None  # a delay or a stall lasts so long
        self._since: float | None = None  # the first byte held for a merge came then
        self._splits = [fault for fault in faults if fault.kind == "split"]
        self._merges = [fault for fault in faults if fault.kind == "merge"]
        self._short = min((f.amount for f in faults if f.kind == "short"), default=0)
        self._stops = sorted(
            (fault for fault in faults if fault.kind in _STOPS),
            key=lambda fault: _STOPS.index(fault.kind),
        )
        self._met: dict[Fault, int] = {}  # the place at which a stop was met last
        self._stalled: Fault | None = None
        self._overcome: set[Fault] = set()  # stalls that are over

    def room(self) -> int:
        """Return how many bytes may be read from the sender now."""
        room = ROOM - len(self._held)
        if self._short:
            room = min(room, self._short - len(self._held))
        for stop in self._stops:
            if stop.kind == "stall" and stop not in self._overcome:
                room = min(room, stop.number - self.fed)
        return max(room, 0)

    def feed(self, data: bytes, now: float) -> None:
        """Take bytes from the sender."""
        if self._since is None and data:
            self._since = now
        self._held += data
        self.fed += len(data)

    def finish(self) -> None:
        """Say that the sender has ended its direction."""
        self._ended = True

    def step(self, now: float) -> Step:
        """Return what happens now."""
        if self._over:
            return Wait()
        if self._until is not None:
            if now < self._until:
                return Wait(self._until)
            self._until = None
            if self._stalled is not None:
                self._overcome.add(self._stalled)
                self._stalled = None
        stop = self._stop(now)
        if stop is not None:
            return stop
        if not self._held:
            self._over = self._ended
            return End() if self._ended else Wait()
        return self._piece(now)

    def _stop(self, now: float) -> Step | None:
        """Return what a stop at this place says; None if there is none that is new."""
        for stop in self._stops:
            here = self._next(stop, self.passed) == self.passed
            if not here or self._met.get(stop) == self.passed:
                continue
            if stop.every and not self.passed:
                continue
            last = self._stops[-1]  # something that ends the stream here comes late, too
            ends = last.kind != "delay" and last.number == self.passed
            comes = self._held or self._ended or ends
            if stop.kind == "delay" and not comes:
                continue  # it is what comes next that is late
            self._met[stop] = self.passed
            if stop.kind == "reset":
                self._over = True
                return Reset(str(stop))
            if stop.kind == "half-close":
                self._over = True
                return End(str(stop), bytes(self._held))
            if stop.kind == "stall" and not stop.amount:
                self._over = True
                return Wait(faults=str(stop))
            self._stalled = stop if stop.kind == "stall" else None
            self._until = now + stop.amount / 1000
            return Wait(self._until, str(stop))
        return None

    def _piece(self, now: float) -> Step:
        size = len(self._held)
        place, merge = self._nearest(self._merges)
        if merge is not None:
            due = (self._since or 0) + merge.amount / 1000
            if place - self.passed > size and not self._ended and now < due:
                return Wait(due)
            size = min(size, place - self.passed)
        cuts = (*self._splits, *self._stops)
        place, _ = self._nearest(cuts)
        if 0 < place - self.passed <= size:
            size = place - self.passed
        if self._short:
            size = min(size, self._short)
        here = [cut for cut in cuts if self._next(cut, self.passed + 1) == self.passed + size]
        alone = bool(self._short) or any(cut.kind in ("split", "reset") for cut in here)
        said = "; ".join(str(cut) for cut in here if cut.kind == "split")
        data = bytes(self._held[:size])
        del self._held[:size]
        self.passed += size
        self._since = now if self._held else None
        return Pass(data, alone, said)

    def _nearest(self, faults: Iterable[Fault]) -> tuple[int, Fault | None]:
        """Return the next place after what has passed, and the fault there."""
        best: tuple[int, Fault | None] = (0, None)
        for fault in faults:
            place = self._next(fault, self.passed + 1)
            if place > 0 and (best[1] is None or place < best[0]):
                best = place, fault
        return best

    @staticmethod
    def _next(fault: Fault, start: int) -> int:
        """Return the first place of fault from start on; -1 if there is none any more."""
        if fault.every:
            return -(-start // fault.number) * fault.number
        return fault.number if fault.number >= start else -1
