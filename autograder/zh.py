"""The same names, for notebooks in Chinese: `from autograder.zh import check`."""

from functools import partial

import autograder as _english
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
another_way = partial(_english.another_way, language="zh")
check = partial(_english.check, language="zh")
course_map = partial(_english.course_map, language="zh")
hint = partial(_english.hint, language="zh")
outcome = partial(_english.outcome, language="zh")
predict = partial(_english.predict, language="zh")
predictions = partial(_english.predictions, language="zh")
replay = partial(_english.replay, language="zh")
