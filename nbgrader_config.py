"""nbgrader's configuration of this course; every nbgrader command and the formgrader read it.

What is yours stands in nbgrader_config_local.py beside this file, which git does not look at:
language, exchange, late policy, and whatever else nbgrader can be told. See
docs/instructors.md. Run `autograder init-course` once before grading.
"""

import os
import sys
from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - traitlets puts it here

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # the formgrader may run from anywhere, without a venv of ours

import autograder.nbgrader_bridge  # noqa: E402, F401 - it stands where nbgrader has no hook

# -- The course ------------------------------------------------------------------------------

# The language that `nbgrader release_assignment` hands out. Submissions in either language are
# graded against the same gradebook, so this may be changed in the middle of a term.
LANGUAGE = "en"  # "zh" releases the Chinese notebooks

# What students and instructors share. It must be a folder that all of them reach: on a machine
# with several accounts, name one outside anybody's home.
EXCHANGE = os.environ.get("LIVE_SOCKETS_EXCHANGE") or ROOT / "exchange"

_LOCAL = ROOT / "nbgrader_config_local.py"
if _LOCAL.is_file():  # it may set the names above, and settings of nbgrader by way of c
    exec(compile(_LOCAL.read_text(encoding="utf-8"), _LOCAL, "exec"))

c.CourseDirectory.course_id = "live_sockets"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = f"source/{LANGUAGE}"  # made by `autograder init-course`
c.CourseDirectory.release_directory = f"notebooks/{LANGUAGE}"  # made by `autograder build`
c.Exchange.root = str(Path(EXCHANGE).absolute())

# -- The judge: what makes a grade safe ------------------------------------------------------

_OURS = "autograder.nbgrader_bridge"
_NBGRADERS = "nbgrader.preprocessors"

c.ExchangeFactory.collect = f"{_OURS}.Collect"
c.ExchangeFactory.release_feedback = f"{_OURS}.ReleaseFeedback"
c.ExportApp.plugin_class = f"{_OURS}.Export"
c.Autograde.pre_convert_hook = f"{_OURS}.set_strays_aside"
c.Autograde.exporter_class = f"{_OURS}.SubmittedNotebook"
c.SubmittedNotebook.optimistic_validation = True  # once, at the end; not behind every step
c.Autograde.sanitize_preprocessors = [
    f"{_OURS}.Rebuild",
    f"{_NBGRADERS}.OverwriteCells",  # points and checksums come from the gradebook
    f"{_NBGRADERS}.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [  # nbgrader's own, with Judge in place of Execute
    f"{_OURS}.Judge",
    f"{_NBGRADERS}.LimitOutput",
    f"{_NBGRADERS}.SaveAutoGrades",
    f"{_OURS}.SaveNotes",
    f"{_NBGRADERS}.AssignLatePenalties",
    f"{_NBGRADERS}.CheckCellMetadata",
]
