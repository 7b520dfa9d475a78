"""What a learner has reached in practice: `progress.json`, written by checks alone."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from autograder.way.own_file import OwnFile

__all__ = ["Reached", "keep", "kept", "place"]


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one exercise is.

    Attributes:
        best, last: points, of so many.
        at: when it was last judged, in UTC, as ISO 8601 has it.
        text: a hash of the cell that was judged.
    """

    best: float
    of: float
    last: float
    at: str
    text: str = ""


def _reached(data: Any) -> Reached:
    match data:
        case {
            "best": int() | float() as best,
            "of": int() | float() as of,
            "last": int() | float() as last,
            "at": str(at),
        } if 0 <= best <= of and 0 <= last <= of:
            return Reached(best, of, last, at, str(data.get("text", "")))
    raise ValueError("it is nothing that an exercise can reach")


_FILE = OwnFile("progress.json", "exercises", _reached, asdict)
place = _FILE.place
kept = _FILE.read


def keep(exercise: str, score: float, of: float, cell: str) -> None:
    """Write down what came of a check; cell is the text that was judged."""

    def reached(before: Reached | None) -> Reached:
        best = max(before.best if before else 0.0, score)
        return Reached(min(of, best), of, score, now, text)

    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    text = sha256(cell.encode("utf-8", "replace")).hexdigest()
    _FILE.change(exercise, reached)
