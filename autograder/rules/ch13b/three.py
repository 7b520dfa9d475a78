"""What comes of a command: its exit code, stdout and stderr, as a tuple of three."""

from typing import Any

from autograder.guest.values import Record
from autograder.network import RETURNED, Steps
from autograder.text import Text

__all__ = ["PARTS", "parts"]

PARTS = (("the exit code", "退出码"), ("stdout", "stdout"), ("stderr", "stderr"))
_THREE = Text("(exit code, stdout, stderr)", "(退出码, stdout, stderr)")


def parts(steps: Steps, got: Any) -> tuple[Any, Any, Any]:
    """Return the three parts of what a call has returned; fails unless that is such a tuple."""
    if isinstance(got, Record) and got.kind == "tuple":  # a named one
        got = tuple(got.fields.values())
    if not isinstance(got, tuple) or len(got) != len(PARTS):
        steps.fail(RETURNED, got=got, want=_THREE)
    return got
