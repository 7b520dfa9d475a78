"""The same `check`, for notebooks in Chinese: `from autograder.zh import check`."""

from functools import partial

from autograder.practice import check as _check

__all__ = ["check"]

check = partial(_check, language="zh")
