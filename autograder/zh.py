"""The same names, for notebooks in Chinese: `from autograder.zh import check`."""

from functools import partial

from autograder.judging import practice as _practice
from autograder.way import another_way as _another_way
from autograder.way import course_map as _course_map
from autograder.way import hints as _hints
from autograder.way import predictions as _predictions
from netlib import language

__all__ = [
    "another_way",
    "check",
    "course_map",
    "hint",
    "outcome",
    "predict",
    "predictions",
    "replay",
]

language.use("zh")  # for netlib's own sentences, ladders and plots
another_way = partial(_another_way.another_way, language="zh")
check = partial(_practice.check, language="zh")
course_map = partial(_course_map.course_map, language="zh")
hint = partial(_hints.hint, language="zh")
outcome = partial(_predictions.outcome, language="zh")
predict = partial(_predictions.predict, language="zh")
predictions = partial(_predictions.predictions, language="zh")
replay = partial(_practice.replay, language="zh")
