"""Sentences in two languages: values in words, names, stories, what came instead of a value."""

from autograder.text.because import NOTHING, Because, Mistakes, Proof, such
from autograder.text.observed import Hang, Raised, StudentError
from autograder.text.story import QUIET, STRANGER, YOU, Did, Failed, Happened, Kind, Sent
from autograder.text.wording import Text, brief, describe, same

__all__ = [
    "NOTHING",
    "QUIET",
    "STRANGER",
    "YOU",
    "Because",
    "Did",
    "Failed",
    "Hang",
    "Happened",
    "Kind",
    "Mistakes",
    "Proof",
    "Raised",
    "Sent",
    "StudentError",
    "Text",
    "brief",
    "describe",
    "same",
    "such",
]
