"""Our side of nbgrader: steps in its pipeline, and the pipeline run for a class.

The only package that imports nbgrader. `preprocessors`, `collecting` and `releasing` hold what
nbgrader_config.py names; `classroom` runs nbgrader's own `Autograde` for one submission after the
other; `gradebook` keeps one connection and one transaction for all that this opens.
"""

from autograder.nbgrader_bridge.collecting import Collect
from autograder.nbgrader_bridge.preprocessors import (
    GradebookError,
    Judge,
    Rebuild,
    SaveNotes,
    SubmittedNotebook,
    set_strays_aside,
)
from autograder.nbgrader_bridge.releasing import ReleaseFeedback

__all__ = [
    "Collect",
    "GradebookError",
    "Judge",
    "Rebuild",
    "ReleaseFeedback",
    "SaveNotes",
    "SubmittedNotebook",
    "set_strays_aside",
]
