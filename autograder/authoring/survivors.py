"""The mutants of a chapter that get full points, and why no rule needs to refuse them.

They are written down in tests/submissions/<chapter>/survivors.toml, as `autograder mutate` prints
them: by what changes and not by line, so that they last.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from autograder.authoring.mutants import Mutant

__all__ = ["Entry", "written_down"]

ANY = "…"
_CHANGE = re.compile(r"(\S+): (.+) → (.+?)(?: \(#(\d+)\))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that is written down: "echo_server/*: answers = 0 → answers = 1".

    Attributes:
        program: a program's name, or a pattern of names.
        new: what the change makes of old; "…": every change of that line.
        nth: which of the program's places that change so; 0: any.
        chance: whether it survives differs from run to run.
    """

    program: str
    old: str
    new: str
    nth: int
    reason: str
    chance: bool = False

    def fits(self, program: str, mutant: Mutant) -> bool:
        """Return whether it speaks of this mutant of a program."""
        return (
            self.old == mutant.old
            and self.new in (ANY, mutant.new)
            and self.nth in (0, mutant.nth)
            and fnmatchcase(program, self.program)
        )

    def __str__(self) -> str:
        return f"{self.program}: {self.old} → {self.new}" + (f" (#{self.nth})" if self.nth else "")


def written_down(root: Path, chapter: str) -> tuple[str, tuple[Entry, ...]]:
    """Return the name of a chapter's file of survivors, and its entries.

    Raises ValueError if it cannot be read.
    """
    path = root / "tests" / "submissions" / chapter / "survivors.toml"
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        return name, ()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["survivors"]
        return name, tuple(entry for table in tables for entry in _entries(**table))
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(
            f"{name} holds tables [[survivors]] with a reason, changes "
            f'("program: old → new") and perhaps chance = true: {error}'
        ) from None


def _entries(reason: str, changes: list[Any], chance: bool = False) -> Iterator[Entry]:
    for change in changes:
        found = _CHANGE.fullmatch(change)
        if found is None:
            raise ValueError(f"{change!r} is no change")
        program, old, new, nth = found.groups()
        yield Entry(program, old, new, int(nth or 0), reason, chance)
