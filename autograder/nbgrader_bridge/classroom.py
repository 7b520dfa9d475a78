"""nbgrader's own autograding, for the submissions of a class that have been judged.

Everything but the judging is nbgrader's `Autograde` as nbgrader_config.py configures it, run
for one submission at a time; `Judge` is handed the results.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.apps import AutogradeApp  # type: ignore[import-untyped]  # it ships no types
from nbgrader.converters import Autograde  # type: ignore[import-untyped]
from nbgrader.converters.base import NbGraderException  # type: ignore[import-untyped]
from sqlalchemy.exc import SQLAlchemyError

from autograder.nbgrader_bridge.configuration import hash_of
from autograder.nbgrader_bridge.gradebook import SharedGradebook, missing_file
from autograder.nbgrader_bridge.privacy import keep_private
from autograder.notebooks.handed_in import handed_in, why_not
from autograder.verdict import Verdict
from netlib.columns import clean

__all__ = ["Classroom", "ClassroomError"]

LookUp = Callable[[NotebookNode, str], Verdict | None]
"""Returns the result of a rebuilt notebook of a student; raises Unjudgeable."""


_OTHERS = logging.getLogger("traitlets"), logging.getLogger("py.warnings")


class ClassroomError(Exception):
    """This course cannot grade; the sentence says what to do."""


class Classroom:
    """The submissions of one assignment, and what nbgrader makes of them.

    Attributes:
        configuration: the hash of what nbgrader's configuration says about grading.
    """

    def __init__(self, assignment: str, look_up: LookUp, log: Path) -> None:
        """Open the gradebook. log gets nbgrader's own words. Raises ClassroomError."""
        app = AutogradeApp()
        app.initialize([assignment])
        self._keep_log(app, log)
        self._coursedir = app.coursedir
        self._coursedir.assignment_id = assignment
        self._assignment = assignment
        if (absent := missing_file(app.coursedir.db_url)) is not None:
            raise ClassroomError(f"There is no {absent}: run `autograder init-course` first.")
        keep_private(app.coursedir)
        self.configuration = hash_of(app.config, Path(app.coursedir.root))
        self._gradebook = SharedGradebook(app.coursedir.db_url, app.coursedir.course_id)
        self._gradebook.__enter__()
        if not self._gradebook.knows(assignment):
            self.close()
            raise ClassroomError(
                f"The gradebook does not know {assignment}: run `autograder init-course` first."
            )
        self._autograde = _OneByOne(self._coursedir, app, look_up, self._gradebook.make_final)

    def close(self) -> None:
        """Close the gradebook and the log."""
        self._gradebook.__exit__()
        logging.captureWarnings(False)
        for logger in (self._log, *_OTHERS):
            logger.removeHandler(self._handler)
        self._handler.close()

    def submissions(self) -> dict[str, Path]:
        """Return the folder of each student who handed in something that can be graded."""
        coursedir = self._coursedir
        pattern = coursedir.format_path(coursedir.submitted_directory, "*", self._assignment)
        every = handed_in(Path(pattern).parents[1], self._assignment)
        found = {student: path for student, path in every if why_not(student, path) is None}
        for excluded in coursedir.student_id_exclude.split(","):
            found.pop(excluded, None)
        return found

    def autograded(self, student: str) -> Path:
        """Return the folder that grading writes for a student."""
        coursedir = self._coursedir
        return Path(
            coursedir.format_path(coursedir.autograded_directory, student, self._assignment)
        )

    def marks(self, student: str | None = None) -> dict[str, str]:
        """Return the hash of what grading left in the gradebook, for each student."""
        return self._gradebook.marks(self._assignment, student)

    def grade(self, student: str) -> str | None:
        """Run the pipeline for one student; return a sentence if that gave no grade."""
        folder = self.submissions()[student]
        problem: Exception | None
        try:
            with self._gradebook.transaction():
                problem = self._autograde.run(str(folder))
                if isinstance(problem, SQLAlchemyError):
                    raise problem
        except (SQLAlchemyError, OSError) as error:
            problem = error
        return None if problem is None else _sentence(problem)

    def _keep_log(self, app: Any, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._log = app.log
        self._handler = logging.FileHandler(path, "w", encoding="utf-8")
        app.log.setLevel(logging.INFO)
        self._handler.setFormatter(_Printable("[%(levelname)s] %(message)s"))
        app.log.handlers.clear()
        app.log.propagate = False
        for logger in (app.log, *_OTHERS):
            logger.addHandler(self._handler)
        logging.captureWarnings(True)  # of libraries that warn each other


class _Printable(logging.Formatter):
    """Lets no name of a file reach the terminal of whoever reads the log as anything but text."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(clean, super().format(record).split("\n")))


class _OneByOne(Autograde):  # type: ignore[misc]  # its base is untyped
    """nbgrader's Autograde, told which submission is next, and keeping what went wrong."""

    def __init__(
        self, coursedir: Any, app: Any, look_up: LookUp, before_judging: Callable[[], None]
    ) -> None:
        super().__init__(coursedir=coursedir, parent=app)
        self.force = True
        self._look_up = look_up
        self._before_judging = before_judging
        self._folder = ""
        self._problem: Exception | None = None

    def run(self, folder: str) -> Exception | None:
        """Grade what is in one folder, and return the exception that it ended with."""
        self._folder, self._problem = folder, None
        try:
            self.start()
        except NbGraderException as error:
            self._note(error)
        return self._problem

    def result_of(self, nb: NotebookNode, student: str, assignment: str) -> Verdict | None:
        """Answer our step `Judge`; None lets it judge by itself."""
        result = self._look_up(nb, student)
        if result is None:
            self._before_judging()
        return result

    def init_notebooks(self) -> None:
        """Take the notebooks of that folder alone."""
        self.notebooks: list[str] = []
        self.assignments = {self._folder: [f"{self._folder}/{Path(self._folder).name}.ipynb"]}

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Prepare the gradebook, as nbgrader does."""
        with self._noted():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Sanitize and grade, as nbgrader does."""
        with self._noted():
            super().convert_single_notebook(notebook_filename)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._note(error)  # nbgrader only logs it
            raise

    def _note(self, error: Exception) -> None:
        self._problem = self._problem or error


def _sentence(problem: BaseException) -> str:
    text = str(problem).strip() or type(problem).__name__
    return text if " " in text else f"{type(problem).__name__}: {text}"
