"""What the judge says of one submission, as values, and as the JSON that crosses processes.

`Verdict.from_dict` takes what nobody has vouched for: a file, another machine's answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from autograder.exercise import Exercise
from autograder.text.story import Kind

__all__ = ["ExerciseVerdict", "RuleVerdict", "Told", "Verdict"]

_MOST_TEXT = 100_000  # characters of one message; an honest one has hundreds


@dataclass(frozen=True, slots=True)
class Told:
    """What happened under one rule, in parts, as far as there are any.

    Attributes:
        picture: a ladder, as SVG; steps: the same in words, or all that there is.
        faults: the smallest network that shows it; again: what to paste into a cell.
        plainly: what stands in the place of a misconception.
        before: that something else went wrong before it came to the clause.
    """

    picture: str | None = None
    steps: str | None = None
    faults: str | None = None
    again: str | None = None
    expected: str | None = None
    got: str | None = None
    remark: str | None = None
    plainly: str | None = None
    before: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Return the parts that there are."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: text for name, text in parts.items() if text is not None}


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What came of one rule.

    Attributes:
        outcome: GONE is told as FAILED.
        message: all of it, as text.
    """

    id: str
    passed: bool
    outcome: Kind
    misconception: str | None
    message: str
    told: Told

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "id": self.id,
            "passed": self.passed,
            "outcome": self.outcome.value,
            "misconception": self.misconception,
            "message": self.message,
            "told": self.told.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class ExerciseVerdict:
    """What came of one exercise."""

    id: str
    points: float
    score: float
    rules: tuple[RuleVerdict, ...]

    def unread(self, why: str) -> "ExerciseVerdict":
        """Return the verdict for a file of which nothing could be read, which why says."""
        told = {"outcome": Kind.UNWRITTEN, "message": why, "told": Told(remark=why)}
        return replace(self, rules=tuple(replace(rule, **told) for rule in self.rules))  # type: ignore[arg-type]  # by name

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        rules = [rule.to_dict() for rule in self.rules]
        return {"id": self.id, "points": self.points, "score": self.score, "rules": rules}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a submission.

    Attributes:
        assignment: the chapter's name.
        draw: "public", or the fingerprint of the course secret.
    """

    assignment: str
    score: float
    points: float
    notes: tuple[str, ...]
    draw: str
    exercises: tuple[ExerciseVerdict, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON has it: what `autograder check --json` prints."""
        return {
            "assignment": self.assignment,
            "score": self.score,
            "points": self.points,
            "notes": list(self.notes),
            "draw": self.draw,
            "exercises": [exercise.to_dict() for exercise in self.exercises],
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Verdict":
        """Read what `to_dict` has written. Raises ValueError for anything else."""
        match data:
            case {
                "assignment": str(assignment),
                "score": int() | float() as score,
                "points": int() | float() as points,
                "notes": list(notes),
                "draw": str(draw),
                "exercises": list(found),
            } if len(data) == 6 and _are_texts(notes):
                exercises = tuple(map(_exercise, found))
                return cls(assignment, score, points, tuple(notes), draw, exercises)
        raise ValueError("it is no verdict")

    def fits(self, assignment: str, exercises: Sequence[Exercise]) -> bool:
        """Tell whether it may be the verdict on an assignment of these exercises."""
        return (
            self.assignment == assignment
            and self.points == sum(exercise.points for exercise in exercises)
            and 0 <= self.score <= self.points
            and len(self.exercises) == len(exercises)
            and all(map(_fits, self.exercises, exercises))
            and abs(self.score - sum(exercise.score for exercise in self.exercises)) < 0.01
        )


def _fits(found: ExerciseVerdict, exercise: Exercise) -> bool:
    return (
        (found.id, found.points) == (exercise.id, exercise.points)
        and 0 <= found.score <= found.points
        and [rule.id for rule in found.rules] == [rule.id for rule in exercise.rules]
        and all(rule.outcome in _SAID for rule in found.rules)
    )


def _exercise(data: Any) -> ExerciseVerdict:
    match data:
        case {
            "id": str(id),
            "points": int() | float() as points,
            "score": int() | float() as score,
            "rules": list(rules),
        } if len(data) == 4:
            return ExerciseVerdict(id, points, score, tuple(map(_rule, rules)))
    raise ValueError("it is no verdict on an exercise")


_SAID = (Kind.PASSED, Kind.FAILED, Kind.LATE, Kind.UNWRITTEN, Kind.NOT_RUN)
"""Outcomes that a grade can rest on."""


def _rule(data: Any) -> RuleVerdict:
    match data:
        case {
            "id": str(id),
            "passed": bool(passed),
            "outcome": str(outcome),
            "misconception": None | str() as misconception,
            "message": str(message),
            "told": dict(told),
        } if len(data) == 6 and _are_texts([message, *told, *told.values()]):
            try:
                parts = Told(**told)
            except TypeError:
                raise ValueError("it has a part that no message has") from None
            return RuleVerdict(id, passed, Kind(outcome), misconception, message, parts)
    raise ValueError("it is no verdict on a rule")


def _are_texts(data: Iterable[Any]) -> bool:
    return all(isinstance(text, str) and len(text) <= _MOST_TEXT for text in data)
