"""What judges: exercises, their rules, the check in a notebook and the judge behind nbgrader."""

from autograder.judging.practice import CheckFailed, check, replay

__all__ = ["CheckFailed", "check", "replay"]
