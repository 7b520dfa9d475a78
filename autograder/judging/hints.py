"""Which hints are told: what is only believed of a failure must fit the exercise as a whole.

A rule knows what people believe who fail there. That holds of a program that is right but for
this; of one that fails in the ordinary case as well, or everywhere in the same way, it says
nothing. And some beliefs leave a trace in the source: no exception was swallowed where nothing
is caught.
"""

from collections.abc import Sequence
from dataclasses import replace

from autograder.exercise import Outcome, Report
from autograder.text.misconceptions import leaves_its_trace
from autograder.text.story import Kind

__all__ = ["settled"]

_SEEN = (Kind.FAILED, Kind.LATE, Kind.GONE)
_FEW = 3  # one in so many rules may fail, before something else must be wrong


def settled(report: Report, source: str) -> Report:
    """Return the report with the misconceptions that are to be told.

    source is what the learner has written for the exercise.
    """
    failed = [each for each in report.outcomes if each.kind in _SEEN and not each.early]
    told = tuple(
        replace(outcome, misconception=_told(outcome, report, failed, source))
        for outcome in report.outcomes
    )
    return replace(report, outcomes=told)


def _told(outcome: Outcome, report: Report, failed: Sequence[Outcome], source: str) -> str | None:
    id = outcome.misconception or outcome.believed
    if id is None or outcome.kind not in _SEEN or not leaves_its_trace(id, source):
        return None
    if outcome.early:
        return outcome.misconception
    works = failed[0].rule is not report.exercise.rules[0]
    alike = [each for each in failed if (each.got, each.remark) == (outcome.got, outcome.remark)]
    ids = [each.misconception or each.believed for each in alike]
    if outcome.misconception is not None:
        first = next(filter(None, ids)) if works else failed[0].misconception
        return id if id == first else None
    few = len(failed) * _FEW <= max(_FEW, len(report.exercise.rules))
    return id if works and few and not {*ids} - {id, None} else None
