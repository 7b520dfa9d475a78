"""The same `check` and `replay`, for notebooks in Chinese: `from autograder.zh import check`."""

from functools import partial

from autograder.judging.practice import check as _check
from autograder.judging.practice import replay as _replay

__all__ = ["check", "replay"]

check = partial(_check, language="zh")
replay = partial(_replay, language="zh")
