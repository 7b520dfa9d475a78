"""What judges: exercises, their rules, the check in a notebook and the judge behind nbgrader."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.judging.practice import CheckFailed, check, replay
    from autograder.way.another_way import another_way
    from autograder.way.course_map import course_map
    from autograder.way.hints import hint
    from autograder.way.predictions import outcome, predict, predictions

__all__ = [
    "CheckFailed",
    "another_way",
    "check",
    "course_map",
    "hint",
    "outcome",
    "predict",
    "predictions",
    "replay",
]

_HOMES = {
    "CheckFailed": "judging.practice",
    "another_way": "way.another_way",
    "check": "judging.practice",
    "course_map": "way.course_map",
    "hint": "way.hints",
    "outcome": "way.predictions",
    "predict": "way.predictions",
    "predictions": "way.predictions",
    "replay": "judging.practice",
}


def __getattr__(name: str) -> Any:
    """Load it when a notebook asks for it: most who import a module of ours do not."""
    if name in _HOMES:
        return getattr(import_module(f"autograder.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
