"""An exchange of packets between a machine of the learner's and one of ours, in virtual time.

The network plays the faults of the run, and nobody waits: a storm takes milliseconds. The
learner's machine sends first, so it is the client. A packet takes 1 ms; a machine that has not
moved for a while is told so.
"""

import heapq
import itertools
import math
from typing import Protocol

from autograder.network import Machine, Packets, Steps
from autograder.text import STRANGER, YOU
from netlib.schedule.datagrams import Crossing, Passage

__all__ = ["ELSEWHERE", "exchange"]

Address = tuple[str, int]

ELSEWHERE: Address = ("192.0.2.99", 40_099)
"""Where the strangers of a schedule send from."""

THEIRS_S, OURS_S = 0.1, 0.17  # without progress, until a machine is told
TRANSIT_S = 0.001
IN_VAIN = 20  # times that machines are told without anything moving, before we give up
MOST_PACKETS = 400


class Side(Protocol):
    """A machine of ours."""

    @property
    def done(self) -> bool: ...
    @property
    def progress(self) -> int: ...
    def start(self) -> Packets: ...
    def feed(self, packet: bytes, address: Address) -> Packets: ...
    def on_timeout(self) -> Packets: ...


def exchange(
    steps: Steps,
    theirs: Machine,
    ours: Side,
    *,
    here: Address,
    at: Address,
    asked_at: Address | None = None,
) -> bool:
    """Let the learner's machine begin, and ours answer, until both are done and nothing is on
    its way. Return whether that happened; not if nothing moves any more.

    here is the learner's address, at ours; both are names that `steps.party` may have given.
    What comes to asked_at first starts our machine, as a request does.
    """
    return _Exchange(steps, theirs, ours, here, at, asked_at).run()


class _Exchange:
    def __init__(
        self,
        steps: Steps,
        theirs: Machine,
        ours: Side,
        here: Address,
        at: Address,
        asked_at: Address | None,
    ) -> None:
        self._steps, self._theirs, self._ours = steps, theirs, ours
        self._here, self._at, self._asked_at = here, at, asked_at
        self._name = steps.naming.who(at) or YOU
        self._passages: dict[bool, Passage[Address]] = {
            reply: Passage(steps.faults, reply=reply) for reply in (False, True)
        }
        self._packets = 0
        self._flying: list[tuple[float, int, bool, Crossing[Address]]] = []
        self._numbers = itertools.count()
        self._now = 0.0
        self._due = {False: THEIRS_S, True: OURS_S}  # by reply, as all here
        self._progress = {False: 0, True: 0}
        self._in_vain = 0

    def run(self) -> bool:
        self._send(False, self._theirs.start(tell=False))
        while self._in_vain < IN_VAIN and self._packets < MOST_PACKETS:
            due = min(self._due.values())
            if (arrives := self._next()) is not None and (arrives <= due or due == math.inf):
                self._arrive(arrives)
            elif due == math.inf:
                return True
            else:
                self._now = due
                self._time_out(self._due[True] == due)
        return False

    def _time_out(self, reply: bool) -> None:
        self._due[reply] += OURS_S if reply else THEIRS_S
        self._in_vain += 1
        if reply:
            self._send(True, self._ours.on_timeout())
        else:
            self._send(False, self._theirs.on_timeout(tell=False))

    def _deliver(self, reply: bool, crossing: Crossing[Address]) -> None:
        data, address = crossing.data, crossing.way
        source = ELSEWHERE if crossing.fate == "forged" else address
        if reply:
            self._send(False, self._theirs.feed(data, source, fate=crossing.fate, tell=False))
        elif crossing.fate == "forged":  # our machine does not listen to strangers
            self._steps.crossed(STRANGER, self._name, data, "forged")
            return
        else:
            self._steps.crossed(YOU, self._name, data, crossing.fate)
            if address == self._at:
                self._send(True, self._ours.feed(data, self._here))
            elif address == self._asked_at:
                self._asked_at = None
                self._send(True, self._ours.start())
        self._look(not reply)

    def _look(self, reply: bool) -> None:
        """See whether the machine that has got a packet has moved, or is done."""
        if reply:
            progress, done = self._ours.progress, self._ours.done
        else:
            progress, done = self._theirs.read("progress"), self._theirs.read("done") is True
        if done:
            self._due[reply] = math.inf
        elif progress != self._progress[reply]:
            self._due[reply] = self._now + (OURS_S if reply else THEIRS_S)
        if progress != self._progress[reply]:
            self._in_vain = 0
        self._progress[reply] = progress

    # -- the network ---------------------------------------------------------------------------

    def _send(self, reply: bool, packets: Packets) -> None:
        for data, address in packets:
            if not reply and address[0] != self._at[0]:
                self._steps.crossed(YOU, self._steps.naming.who(address) or STRANGER, data)
                continue
            self._packets += 1
            way = self._at if reply else address
            self._passages[reply].feed(way, data, self._now)
            self._cross(reply)

    def _cross(self, reply: bool) -> None:
        """Let what has come through the network by now fly on: that takes 1 ms."""
        for crossing in self._passages[reply].arriving(self._now):
            if crossing.fate == "lost":
                ends = (self._name, YOU) if reply else (YOU, self._name)
                self._steps.crossed(*ends, crossing.data, "lost")
            else:
                flight = self._now + TRANSIT_S, next(self._numbers), reply, crossing
                heapq.heappush(self._flying, flight)

    def _next(self) -> float | None:
        """Return when something comes out of the network, or arrives."""
        times = [passage.due() for passage in self._passages.values()]
        times += [when for when, *_ in self._flying[:1]]
        return min((when for when in times if when is not None), default=None)

    def _arrive(self, when: float) -> None:
        self._now = when
        for reply in self._passages:
            self._cross(reply)
        if self._flying and self._flying[0][0] <= when:
            _, _, reply, crossing = heapq.heappop(self._flying)
            self._deliver(reply, crossing)
