"""The mutants of a chapter that get full points, and why no rule needs to refuse them.

They are written down in tests/submissions/<chapter>/survivors.toml, by what changes and not by
line, so that entries last.
"""

import tomllib
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path

from autograder.authoring.mutants import Mutant

__all__ = ["Entry", "written_down"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A survivor, or several of one kind, and why no rule needs to refuse them.

    Attributes:
        program: a program's name, or a pattern of names: "echo_server/*".
        old, new: the lines that differ, as `autograder mutate` prints them; without new, every
            change of old.
        nth: which of the program's places that change so; 0: any.
        chance: whether it survives differs from run to run.
    """

    program: str
    old: str
    reason: str
    new: str = ""
    nth: int = 0
    chance: bool = False

    def fits(self, program: str, mutant: Mutant) -> bool:
        """Return whether it speaks of this mutant of a program."""
        return (
            self.old == mutant.old
            and self.new in ("", mutant.new)
            and self.nth in (0, mutant.nth)
            and fnmatchcase(program, self.program)
        )

    def __str__(self) -> str:
        return f"{self.program}: {self.old} → {self.new or '…'}"


def written_down(root: Path, chapter: str) -> tuple[str, tuple[Entry, ...]]:
    """Return the name of a chapter's file of survivors, and its entries.

    Raises ValueError if it cannot be read.
    """
    path = root / "tests" / "submissions" / chapter / "survivors.toml"
    name = path.relative_to(root).as_posix()
    if not path.is_file():
        return name, ()
    try:
        return name, tuple(
            Entry(**row) for row in tomllib.loads(path.read_text("utf-8"))["survivor"]
        )
    except (TypeError, KeyError, ValueError) as error:
        known = ", ".join(field.name for field in fields(Entry))
        raise ValueError(f"{name} holds tables [[survivor]] with {known}: {error}") from None
