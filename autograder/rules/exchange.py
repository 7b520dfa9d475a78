"""An exchange of packets between a machine of the learner's and one of ours, in virtual time.

The network plays the faults of the run, and nobody waits: a storm takes milliseconds. The
learner's machine sends first, so it is the client. A packet takes 1 ms; a machine that has not
moved for a while is told so.
"""

import heapq
import itertools
import math
from typing import Protocol

from autograder.network.state_machine import Machine, Packets
from autograder.network.steps import Steps
from autograder.network.udp import STRANGER
from autograder.text.story import YOU
from netlib.schedule.datagrams import Plan, spoilt
from netlib.trace import Fate

__all__ = ["ELSEWHERE", "exchange"]

Address = tuple[str, int]

ELSEWHERE: Address = ("192.0.2.99", 40_099)
"""Where the strangers of a schedule send from."""

THEIRS_MS, OURS_MS = 100, 170  # without progress, until a machine is told
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
        self._plans = {reply: Plan(steps.faults, reply=reply) for reply in (False, True)}
        self._counts = {False: 0, True: 0}
        self._held: dict[bool, list[tuple[bytes, Address, Fate]]] = {False: [], True: []}
        self._flying: list[tuple[float, int, bool, bytes, Address, Fate]] = []
        self._numbers = itertools.count()
        self._now = 0.0
        self._due = {False: float(THEIRS_MS), True: float(OURS_MS)}  # by reply, as all here
        self._progress = {False: 0, True: 0}
        self._in_vain = 0

    def run(self) -> bool:
        self._send(False, self._theirs.start())
        while self._in_vain < IN_VAIN and sum(self._counts.values()) < MOST_PACKETS:
            due = min(self._due.values())
            if self._flying and (self._flying[0][0] <= due or due == math.inf):
                self._arrive()
            elif due == math.inf:
                return True
            else:
                self._now = due
                self._time_out(self._due[True] == due)
        return False

    def _time_out(self, reply: bool) -> None:
        self._due[reply] += OURS_MS if reply else THEIRS_MS
        self._in_vain += 1
        self._send(reply, (self._ours if reply else self._theirs).on_timeout())

    def _arrive(self) -> None:
        self._now, _, reply, data, address, fate = heapq.heappop(self._flying)
        if reply:
            self._send(False, self._theirs.feed(data, address, fate=fate))
        else:
            self._steps.crossed(YOU, self._name, data, fate)
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
            self._due[reply] = self._now + (OURS_MS if reply else THEIRS_MS)
        if progress != self._progress[reply]:
            self._in_vain = 0
        self._progress[reply] = progress

    # -- the network ---------------------------------------------------------------------------

    def _send(self, reply: bool, packets: Packets) -> None:
        if not reply:  # they were told as arrived, which they are not yet
            del self._steps.story[len(self._steps.story) - len(packets) :]
        for data, address in packets:
            if reply:
                self._cross(True, data, self._at)
            elif address[0] == self._at[0]:
                self._cross(False, data, address)
            else:
                self._steps.crossed(YOU, self._steps.naming.who(address) or STRANGER, data)

    def _cross(self, reply: bool, data: bytes, address: Address) -> None:
        """Let a packet cross to, or from, an address of ours."""
        self._counts[reply] += 1
        faults = self._plans[reply].at(self._counts[reply])
        late, self._held[reply] = self._held[reply], []
        if "stranger" in faults and reply:
            forged = faults["stranger"].data
            self._fly(1, True, b"stranger" if forged is None else forged, ELSEWHERE, "forged")
        if "lose" in faults:
            ends = (self._name, YOU) if reply else (YOU, self._name)
            self._steps.crossed(*ends, data, "lost")
        else:
            data, fate = spoilt(data, faults)
            if "delay" in faults:
                self._fly(1 + faults["delay"].amount, reply, data, address, "late")
            elif "reorder" in faults:
                self._held[reply] = [(data, address, "late")]
            else:
                self._fly(1, reply, data, address, fate)
            if "duplicate" in faults:
                self._fly(1, reply, data, address, "duplicate")
        for other in late:
            self._fly(1, reply, *other)

    def _fly(self, ms: float, reply: bool, data: bytes, address: Address, fate: Fate) -> None:
        heapq.heappush(
            self._flying, (self._now + ms, next(self._numbers), reply, data, address, fate)
        )
