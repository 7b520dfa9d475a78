"""Our steps in nbgrader's pipeline.

`nbgrader autograde` reads a submission with `SubmittedNotebook`, lays it on the release with
`Rebuild`, judges it with `Judge` where nbgrader would execute it, stores the grades with a step
of its own and our notes with `SaveNotes`. An exception in one of our steps fails that one
submission: nbgrader logs it, removes what it wrote, goes on with the class and ends with an
error, so that no grade is made up.
"""

import logging
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook  # type: ignore[import-untyped]  # it ships no types
from nbgrader.preprocessors import (  # type: ignore[import-untyped]  # it ships no types
    NbGraderPreprocessor,
)

from autograder.judging.judge import Unjudgeable, judge
from autograder.nbgrader_bridge.times import time_in
from autograder.notebooks.rebuild import KEY, as_text, notes_of, rebuild, unreadable
from autograder.notebooks.submission import read
from autograder.report.text import html
from autograder.verdict import ExerciseVerdict
from netlib.columns import clean

__all__ = [
    "GradebookError",
    "Judge",
    "Rebuild",
    "SaveNotes",
    "SubmittedNotebook",
    "set_strays_aside",
]

_LONGEST = 200  # bytes of a file's name that are kept

_log = logging.getLogger("traitlets")

_HARMLESS = " .,:;?()/=_-'，。：；？（）"

Resources = dict[str, Any]
Step = tuple[NotebookNode, Resources]


class GradebookError(Exception):
    """The gradebook, the release and the rules do not fit together; says what to do."""


class SubmittedNotebook(NotebookExporter):
    """Reads what a student handed in, whatever it is: regular files only, and capped.

    The steps get an empty notebook; `Rebuild` finds the submission in the resources.
    """

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Convert a submission or, in nbgrader's second round, what `Rebuild` made of it."""
        if not any(isinstance(step, Rebuild) for step in self._preprocessors):
            return super().from_filename(filename, resources, **kw)
        path = Path(filename)
        resources = {} if resources is None else resources
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        resources[KEY] = read(path)
        notebook = v4.new_notebook()  # type: ignore[no-untyped-call]
        output, resources = self.from_notebook_node(  # type: ignore[no-untyped-call]
            notebook, resources, **kw
        )
        return output, resources


class Rebuild(NbGraderPreprocessor):  # type: ignore[misc]  # its base is untyped
    """The first step of sanitizing: the release, filled with what the student wrote."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the rebuilt notebook; nb is the empty one of `SubmittedNotebook`."""
        rebuilt = rebuild(resources.pop(KEY), resources["nbgrader"]["notebook"])
        for note in notes_of(rebuilt):
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        return rebuilt, resources


class Judge(NbGraderPreprocessor):  # type: ignore[misc]  # its base is untyped
    """Judges the rebuilt notebook and writes each exercise's report into its grade cell.

    The report is the cell's value: as HTML what pages show, as plain text the score alone,
    because nbgrader's SaveAutoGrades takes a number that is a cell's value for its score.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Return the notebook with reports. Raises where no grade can be given."""
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        # `autograder grade` has judged the whole class before it runs this pipeline.
        look_up = getattr(self.parent.parent, "result_of", _nothing)
        try:
            verdict = look_up(nb, student, assignment)
            if verdict is None:
                submitted = nbformat.writes(nb).encode()  # type: ignore[no-untyped-call]
                verdict = judge(submitted, assignment, alone=True)
        except Unjudgeable as error:
            self.log.error("%s was not graded: %s", student, error)
            raise
        language = nb.metadata[KEY].get("language", "en")
        verdicts = {exercise.id: exercise for exercise in verdict.exercises}
        if (why := unreadable(nb)) is not None:
            verdicts = {id: exercise.unread(why) for id, exercise in verdicts.items()}
        else:
            notes = dict.fromkeys([*notes_of(nb), *verdict.notes])
            nb.metadata[KEY]["notes"] = list(notes)
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                _write_report(cell, verdicts, language)
        return nb, resources


class SaveNotes(NbGraderPreprocessor):  # type: ignore[misc]  # its base is untyped
    """Puts the notes into the gradebook: as the comment on the first solution.

    nbgrader has no comment on a whole notebook. Runs after SaveAutoGrades, which renews the
    automatic comments; a comment that an instructor wrote stays and wins.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Step:
        """Store the notes, if there are any."""
        ours = resources["nbgrader"]
        notes = notes_of(nb)
        solutions = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("solution")]
        if notes and solutions:
            grade_id = solutions[0].metadata.nbgrader.grade_id
            with Gradebook(ours["db_url"]) as gradebook:
                comment = gradebook.find_comment(
                    grade_id, ours["notebook"], ours["assignment"], ours["student"]
                )
                # Pages show comments as Markdown, and a note may quote the student's error.
                lines = [as_text(note, kept=_HARMLESS) for note in notes]
                comment.auto_comment = "\n\n".join([*filter(None, [comment.auto_comment]), *lines])
                gradebook.db.commit()
        return nb, resources


def set_strays_aside(assignment: str, student: str, notebooks: Iterable[str]) -> None:
    """Move what lies beside a submitted notebook into `set_aside/`: a hook of Autograde.

    nbgrader copies such files along the way and would follow a link or wait at a FIFO. The
    notebook itself stays: `SubmittedNotebook` knows what to do with it.
    nbgrader only logs what this raises, and goes on; so nothing is raised before all is done.
    """
    for folder in {Path(notebook).parent for notebook in notebooks}:
        target = folder.parents[2] / "set_aside" / folder.parent.name / folder.name
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name == f"{folder.name}.ipynb" or _is_nbgraders(entry):
                continue
            shown = clean(entry.path)
            try:
                _move(entry, target)
                _log.warning("Set aside: %s", shown)
            except OSError as error:
                _log.error("Cannot be set aside: %s (%s)", shown, error.strerror)


def _move(entry: os.DirEntry[str], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    number = sum(1 for _ in target.iterdir())
    name = os.fsencode(entry.name)[:_LONGEST]  # the number makes it longer
    while os.path.lexists(place := os.path.join(os.fsencode(target), b"%d-%s" % (number, name))):
        number += 1
    try:
        os.rename(os.fsencode(entry.path), place)
    except OSError:
        if entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False):
            raise
        os.unlink(entry.path)  # a link or a FIFO on another file system: nothing is lost


def _is_nbgraders(entry: os.DirEntry[str]) -> bool:
    if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        return False
    return entry.name == "submission_secret.txt" or (
        entry.name == "timestamp.txt" and time_in(Path(entry.path).parent) is not None
    )


def _nothing(nb: NotebookNode, student: str, assignment: str) -> None:
    """Stand in for a class that has been judged, in stock `nbgrader autograde`."""


def _write_report(cell: NotebookNode, verdicts: dict[str, ExerciseVerdict], language: str) -> None:
    exercise = cell.metadata.get(KEY, {}).get("exercise")
    points = float(cell.metadata.nbgrader.points)
    if exercise not in verdicts or points != verdicts[exercise].points:
        raise GradebookError(
            f"The gradebook has {points:g} points for {cell.metadata.nbgrader.grade_id}, which "
            "is not what the rules say. Run `autograder init-course`, then grade again."
        )
    verdict = verdicts[exercise]
    # Feedback pages and the formgrader show the HTML.
    data = {"text/plain": str(verdict.score), "text/html": html(verdict, language)}
    cell.outputs = [v4.new_output("execute_result", data=data)]  # type: ignore[no-untyped-call]
