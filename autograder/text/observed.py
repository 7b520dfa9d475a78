"""What can come back from the learner's code instead of a value.

Exceptions cross the pipe as descriptions: names of their classes, errno and plain arguments.
Here they become exceptions again, by white list: built-in ones and netlib's as themselves,
the rest as StudentError.
"""

import builtins
from dataclasses import dataclass
from typing import Any

from autograder.guest.values import decode
from autograder.text.wording import Text
from netlib import errors
from netlib.columns import clean

__all__ = [
    "Gone",
    "Hang",
    "Place",
    "Raised",
    "Standing",
    "StudentError",
    "TooLate",
    "Unloadable",
    "place",
]


_MOST_LINES = 1_000_000  # no cell has so many, and a longer number fills a page

Place = tuple[str, int]
"""The label of a cell, and a line in it, from 1."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a call that has not ended is at.

    Attributes:
        where: the innermost line that lies in a cell, if there is one.
        spins: it uses a CPU, and waits for nothing.
        unread: something that was sent to a socket which it was given lies there.
        line: how the line at `where` reads, where signs are asked.
    """

    where: Place | None = None
    spins: bool = False
    unread: bool = False
    line: str = ""


class StudentError(Exception):
    """An exception of a class that is not known here: SystemExit, struct.error, the learner's own.

    Its arguments are the name of that class and those of the exception.
    """

    @property
    def called(self) -> str:
        """The name of the class."""
        return str(self.args[0])

    def __str__(self) -> str:
        return ", ".join(map(str, self.args[1:]))


class Raised(Exception):
    """The learner's code raised. The exception is rebuilt from its description.

    Attributes:
        error: an instance of a built-in or netlib exception, else a StudentError.
        names: the names of its class and base classes, the most special first.
        where: (label of the cell, line) of the innermost frame in a cell, or None.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        names, number, where = data["mro"], data["errno"], data["where"]
        arguments = decode(data["args"])
        if not (isinstance(names, list) and names and all(isinstance(n, str) for n in names)):
            raise ValueError("an exception has the names of its classes")
        self.names: tuple[str, ...] = tuple(clean(name[:80]) for name in names[:20])
        self.error = _rebuild(self.names, number, arguments)
        if not isinstance(self.error, StudentError):  # a subclass of it has a name of its own
            setattr(self.error, "called", self.names[0])  # noqa: B010 -- no exception declares it
        self.where = place(where)
        super().__init__(f"{self.names[0]}: {self.error}"[:300])


class Hang(Exception):
    """A call did not return in time.

    Attributes:
        standing: what it was at, as far as the code could say; line: how that line reads.
    """

    line = ""

    def __init__(self, seconds: float, standing: Standing = Standing()) -> None:
        self.seconds, self.standing = seconds, standing
        super().__init__(f"no return after {seconds:g} s")


class Gone(Exception):
    """The process that ran the learner's code has ended, or broke the protocol.

    Attributes:
        unreadable: it lives, but its answer was no plain value.
    """

    def __init__(self, why: str, *, unreadable: bool = False) -> None:
        self.unreadable = unreadable
        super().__init__(why)


class TooLate(Exception):
    """We were late ourselves, so that a rule could not see what it looks for: it begins again."""


class Unloadable(Exception):
    """A cell hung or ended its process while it was loaded. label names it."""

    def __init__(self, label: str, why: Text) -> None:
        self.label, self.why = label, why
        super().__init__(f"{label} {why.en}")


def place(where: Any) -> Place | None:
    """Return (label of a cell, line) if where is such a pair."""
    match where:
        case [str(label), int(line)] if 0 < line < _MOST_LINES:
            return label[:80], line
    return None


def _rebuild(names: tuple[str, ...], number: Any, arguments: Any) -> Exception:
    for name in names:
        known = getattr(errors, name, None) or getattr(builtins, name, None)
        if not (isinstance(known, type) and issubclass(known, Exception)):
            continue
        if known in (Exception, AssertionError):
            break
        try:
            error = known(*arguments)
        except Exception:  # a class of the learner's may take other arguments than its base
            try:
                error = known()
            except Exception:
                continue
        if isinstance(error, OSError) and type(number) is int:
            error.errno = number
        return error
    return StudentError(names[0], *arguments)
