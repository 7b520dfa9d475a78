"""Our side of nbgrader: steps in its pipeline, and the pipeline run for a class.

The only package that imports nbgrader. `preprocessors`, `collecting`, `releasing` and `exporting`
hold what nbgrader_config.py names, `guards` stands where nbgrader has no hook, `privacy` keeps
what is written to its owner; `classroom` runs nbgrader's own `Autograde` for one submission after
the other, and `gradebook` keeps one connection and one transaction for all that this opens.
"""

from autograder.nbgrader_bridge.collecting import Collect
from autograder.nbgrader_bridge.exporting import Export
from autograder.nbgrader_bridge.guards import install
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
    "Export",
    "GradebookError",
    "Judge",
    "Rebuild",
    "ReleaseFeedback",
    "SaveNotes",
    "SubmittedNotebook",
    "set_strays_aside",
]

install()
