"""Which misconception a failure shows: what came may give one away.

A failure is explained by evidence first (a table, or a function of what came), then by what is
believed of whoever fails there at all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from autograder.text.wording import Text

__all__ = ["Because", "Mistakes", "cited", "such"]

Mistakes = Mapping[Any, str | None]
"""Misconceptions by signs; the first sign that fits counts. None: it shows no misconception.

A sign is a type, a tuple of types, or a function that tells whether what came shows it. What
came is a value, an exception, or `observed.Hang` where a call did not return.
"""

Evidence = Mistakes | Callable[[Any], str | None]

Because = str | Evidence | tuple[str | Evidence | None, ...] | None
"""The misconception to cite: an id, evidence, or both: then the evidence counts first."""


def such(kind: type | tuple[type, ...], shows: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Return a sign: what is of that type and shows it, as in `such(bytes, bytes.isdigit)`."""
    return lambda got: isinstance(got, kind) and bool(shows(got))


def cited(because: Because, got: Any, mistakes: Mistakes) -> str | None:
    """Return the id that what came gives away: by because, by the exercise's mistakes; else the
    id in because, if there is one."""
    parts = because if isinstance(because, tuple) else (because,)
    for evidence in (*parts, mistakes):
        if isinstance(evidence, Mapping):
            for sign, id in evidence.items():
                if not isinstance(got, Text) and _fits(sign, got):  # a Text is ours, not theirs
                    return id
        elif callable(evidence) and (found := evidence(got)) is not None:
            return found
    return next((part for part in parts if isinstance(part, str)), None)


def _fits(sign: Any, got: Any) -> bool:
    return isinstance(got, sign) if isinstance(sign, (type, tuple)) else bool(sign(got))
