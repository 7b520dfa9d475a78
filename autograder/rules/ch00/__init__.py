"""Chapter 00, start here: how a check reads, and the Python that the course needs.

A module an exercise, in the chapter's order. Only the first plays on a network.
"""

from autograder.exercise import Exercise
from autograder.rules.ch00 import (
    answer_one,
    first_and_rest,
    inbox,
    number_or,
    pieces,
    read_all,
)

__all__ = ["EXERCISES"]

EXERCISES = (
    Exercise("ch00/answer_one", 5, ("answer_one",), answer_one.RULES),
    Exercise("ch00/first_and_rest", 3, ("first_and_rest",), first_and_rest.RULES),
    Exercise("ch00/number_or", 2, ("number_or",), number_or.RULES),
    Exercise("ch00/read_all", 4, ("read_all",), read_all.RULES),
    Exercise("ch00/inbox", 3, ("Inbox",), inbox.RULES),
    Exercise("ch00/pieces", 3, ("pieces",), pieces.RULES),
)
