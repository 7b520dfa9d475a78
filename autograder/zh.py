"""The same names, for notebooks in Chinese: `from autograder.zh import check`."""

from functools import partial

from autograder.judging.practice import check as _check
from autograder.judging.practice import replay as _replay
from autograder.way.course_map import course_map as _course_map
from netlib import language

__all__ = ["check", "course_map", "replay"]

language.use("zh")  # for netlib's own sentences
check = partial(_check, language="zh")
course_map = partial(_course_map, "zh")
replay = partial(_replay, language="zh")
