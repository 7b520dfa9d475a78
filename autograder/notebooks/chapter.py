"""A built chapter: the cells of its release notebook, each with its role.

Practice, the judge and the validator all learn from here which cells of a chapter are
given, which the learner fills and which are only shown. It reads the release notebooks
and nothing else, so whoever has those has what is needed.
"""

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["ROOT", "Cell", "Chapter", "chapter", "names", "reference"]

ROOT = Path(os.environ.get("LIVE_SOCKETS_ROOT") or Path(__file__).resolve().parents[2])
"""The folder of the course: the one that holds `notebooks/` and `solutions/`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a release notebook.

    Attributes:
        role: prose, demo, setup, predict, solution or check.
        exercise: id of the exercise that a solution or check cell belongs to.
    """

    id: str
    role: str
    source: str
    exercise: str | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """The cells of one chapter in one language, in order."""

    name: str
    language: str
    cells: tuple[Cell, ...]


def names(language: str = "en") -> tuple[str, ...]:
    """Return the names of all built chapters, such as "ch04_udp", in order."""
    return tuple(sorted(path.parent.name for path in ROOT.glob(f"notebooks/{language}/*/*.ipynb")))


@lru_cache(maxsize=64)
def chapter(name: str, language: str = "en") -> Chapter:
    """Return a built chapter by its name ("ch04_udp") or its number ("ch04").

    Raises LookupError, naming the chapters that exist, if it has not been built.
    """
    for built in names(language):
        if name in (built, built.partition("_")[0]):
            return _read(ROOT / "notebooks" / language / built / f"{built}.ipynb", language)
    known = ", ".join(names(language)) or "none"
    raise LookupError(
        f"There is no built chapter {name!r} in {ROOT / 'notebooks' / language} (there are: "
        f"{known}). Run `autograder build`."
    )


@lru_cache(maxsize=64)
def reference(name: str) -> Chapter:
    """Return a built chapter in English with the reference solutions in its cells."""
    return _read(ROOT / "solutions" / f"{chapter(name).name}.ipynb", "en")


def _read(path: Path, language: str) -> Chapter:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return Chapter(path.stem, language, tuple(_cell(raw) for raw in notebook["cells"]))


def _cell(raw: dict[str, object]) -> Cell:
    metadata = raw["metadata"]
    assert isinstance(metadata, dict)
    ours = metadata.get("live_sockets", {})
    source = raw["source"]
    text = "".join(source) if isinstance(source, list) else str(source)
    return Cell(str(raw.get("id", "")), ours.get("role", "prose"), text, ours.get("exercise"))
