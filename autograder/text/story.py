"""What happened while a rule ran, as values: who sent what, who did what, and what was wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.text.observed import Raised
from autograder.text.wording import Text
from netlib.schedule import Schedule
from netlib.trace import Fate

__all__ = ["QUIET", "YOU", "Because", "Did", "Failed", "Happened", "Sent"]

YOU = Text("you", "你的程序")

QUIET = Schedule()
"""A network without a fault."""

Because = str | Callable[[Any], str | None] | None
"""The misconception to cite: an id, or a function of what was got that returns one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that crossed. sender and receiver are names of endpoints; protocol is what
    `netlib.labels` knows it by, if it does."""

    sender: Text
    receiver: Text
    data: bytes
    fate: Fate = "delivered"
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened at one endpoint."""

    at: Text
    what: Text


Did = Sent | Happened


class Failed(Exception):
    """The learner's code does not do what the rule's clause says.

    Attributes:
        kind: failed, late, gone or unwritten.
        because: id of the misconception that this failure shows, if it shows another than
            the rule's; raised names exception classes to look up in the catalogue.
        under: a caret below got.
    """

    def __init__(
        self,
        expected: Text | None,
        got: Text | None,
        because: str | None = None,
        *,
        kind: str = "failed",
        remark: Text | None = None,
        under: Text | None = None,
        raised: Raised | None = None,
    ) -> None:
        super().__init__(got.en if got else "")
        self.expected, self.got, self.because = expected, got, because
        self.kind, self.remark, self.under, self.raised = kind, remark, under, raised
