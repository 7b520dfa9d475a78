"""The smallest network that still breaks the learner's code: what a report shows."""

from collections.abc import Callable, Iterator

from autograder.clock import CLOCK, Moment
from autograder.exercise import Outcome
from autograder.text.story import Kind
from netlib.schedule import Schedule

__all__ = ["shrunk"]


def shrunk(outcome: Outcome, again: Callable[[Schedule], Outcome], deadline: Moment) -> Outcome:
    """Return how a rule failed under the simplest faults that show the same misconception.

    again runs the rule under other faults. Nothing simpler shows it, unless the deadline (of
    the clock) has passed; the last try may end later.
    """
    simpler = True
    while simpler:
        simpler = False
        for schedule in _candidates(outcome.faults):
            if CLOCK.passed(deadline):
                return outcome
            if _hastens(schedule, outcome.faults) or _cuts_another(schedule, outcome.faults):
                continue
            tried = again(schedule)
            failed = tried.kind in (Kind.FAILED, Kind.LATE)
            if failed and _shown(tried) == _shown(outcome):
                outcome, simpler = tried, True
                break
    return outcome


def _shown(outcome: Outcome) -> tuple[object, ...]:
    return outcome.misconception, outcome.believed, outcome.plainly


def _candidates(faults: Schedule) -> Iterator[Schedule]:
    """Each fault alone first: one is usually enough, and a try may take a second."""
    if len(faults.faults) > 2:
        yield Schedule()
        yield from (Schedule((fault,)) for fault in faults.faults)
    yield from faults.smaller()


def _hastens(schedule: Schedule, other: Schedule) -> bool:
    """Tell whether all that is simpler is a delay: one that is only just long enough shows
    the failure today, and not tomorrow."""
    if len(schedule.faults) < len(other.faults):
        return False
    pairs = zip(schedule.faults, other.faults, strict=True)
    return any(one.kind == "delay" and one.amount < two.amount for one, two in pairs)


def _cuts_another(schedule: Schedule, other: Schedule) -> bool:
    """Tell whether an earlier packet is cut: a request that cannot be read breaks every server."""

    def first(faults: Schedule) -> dict[bool, int]:
        cuts = [fault for fault in faults.faults if fault.kind == "truncate"]
        return {
            reply: min((cut.number for cut in cuts if cut.reply is reply), default=0)
            for reply in (False, True)
        }

    now, before = first(schedule), first(other)
    return any(0 < now[reply] < before[reply] for reply in now)
