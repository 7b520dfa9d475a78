"""What happened while a rule ran, as values: who sent what, who did what, and what was wrong."""

import enum
from dataclasses import dataclass

from autograder.text.observed import Raised
from autograder.text.wording import Text
from netlib.schedule import Schedule
from netlib.trace import Fate

__all__ = ["QUIET", "STRANGER", "YOU", "Did", "Failed", "Happened", "Kind", "Sent"]

YOU, STRANGER = Text("you", "你的程序"), Text("stranger", "陌生人")

QUIET = Schedule()
"""A network without a fault."""


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


class Kind(enum.StrEnum):
    """What can come of a rule."""

    PASSED = "passed"
    FAILED = "failed"
    LATE = "late"
    """Failed on time alone."""
    GONE = "gone"
    """The learner's process ended, or its answer could not be read."""
    UNWRITTEN = "unwritten"
    NOT_RUN = "not run"
    """No time was left."""
    NOT_RUN_HERE = "not run here"
    """This machine cannot; no points are lost."""
    OUR_FAULT = "our fault"


class Failed(Exception):
    """The learner's code does not do what the rule's clause says.

    Attributes:
        kind: FAILED, LATE, GONE or UNWRITTEN.
        because: id of the misconception that this failure shows, or is believed to show, if
            that is another than the rule's; raised is looked up in the catalogue.
        hangs: a call does not return.
        early: the rule did not come to what its clause is about.
        plainly: what is said in its place, where it has nothing to do with networks.
        under: a caret below got.
    """

    def __init__(
        self,
        expected: Text | None,
        got: Text | None,
        because: str | None = None,
        *,
        kind: Kind = Kind.FAILED,
        remark: Text | None = None,
        under: Text | None = None,
        raised: Raised | None = None,
        hangs: bool = False,
        plainly: Text | None = None,
    ) -> None:
        super().__init__(got.en if got else "")
        self.expected, self.got, self.because, self.plainly = expected, got, because, plainly
        self.kind, self.remark, self.under = kind, remark, under
        self.raised, self.hangs, self.early = raised, hangs, False
