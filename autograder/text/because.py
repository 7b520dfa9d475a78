"""Which misconception a failure shows: what came may give one away.

Evidence (a table, a function of what came, a `Proof`) tells one misconception from others. A bare
id is no more than what is believed of whoever fails there: it counts only where the rest of the
exercise does not speak against it (see `judging.hints`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from autograder.text.story import Failed
from autograder.text.wording import Text

__all__ = ["NOTHING", "Because", "Mistakes", "Proof", "cited", "such"]


class Proof(str):
    """An id that is known and not just believed: what was looked at shows it."""

    __slots__ = ()


NOTHING = Proof("")
"""What came is known to show no misconception."""

Mistakes = Mapping[Any, str | None]
"""Misconceptions by signs; the first sign that fits counts. None: it shows no misconception.

A sign is a type, a tuple of types, or a function that tells whether what came shows it. What
came is a value, an exception, or `observed.Hang` where a call did not return.
"""

Evidence = Mistakes | Callable[[Any], str | None]

Because: TypeAlias = "str | Evidence | tuple[Because, ...] | None"
"""The misconception to cite: an id, evidence, or both: then the evidence counts first."""

_SLIPS = (NameError, AttributeError, TypeError, ImportError, SyntaxError, RecursionError)
"""What a slip of the pen raises: no sign fits it that does not name it."""


def such(kind: type | tuple[type, ...], shows: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Return a sign: what is of that type and shows it, as in `such(bytes, bytes.isdigit)`."""
    return lambda got: isinstance(got, kind) and bool(shows(got))


def cited(because: Because, got: Any, mistakes: Mistakes) -> str | None:
    """Return the id that what came gives away, by because or by the exercise's mistakes, as a
    Proof; else the id in because, if there is one, which is only believed."""
    parts = list(_parts(because))
    for evidence in (*parts, *([] if isinstance(because, Proof) else [mistakes])):
        try:
            found = _shown(evidence, got)
        except Failed:
            raise
        except Exception:  # a sign that does not understand what came: no hint is worth a grade
            continue
        if found is not None:
            return found
    return next((part for part in parts if isinstance(part, str)), None)


def _parts(because: Because) -> Iterator[str | Evidence]:
    if isinstance(because, tuple):
        for part in because:
            yield from _parts(part)
    elif because is not None:
        yield because


def _shown(evidence: str | Evidence, got: Any) -> Proof | None:
    if isinstance(evidence, Mapping):
        for sign, id in evidence.items():
            if not isinstance(got, Text) and _fits(sign, got):  # a Text is ours, not theirs
                return Proof(id) if id else NOTHING
    elif callable(evidence) and (found := evidence(got)) is not None:
        return Proof(found)
    return None


def _fits(sign: Any, got: Any) -> bool:
    if not isinstance(sign, (type, tuple)):
        return bool(sign(got))
    kinds = sign if isinstance(sign, tuple) else (sign,)
    if isinstance(got, _SLIPS):
        kinds = tuple(kind for kind in kinds if issubclass(kind, _SLIPS))
    return isinstance(got, kinds)
