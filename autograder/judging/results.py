"""What judging found, kept on disk, so that nothing is judged twice.

A result is a pure function of what the guest loads, the release, the rules and the code that
runs them, the course secret and the Python version: the hash of all these is its name. It says
nothing of who handed the notebook in. Files are written whole or not at all; what is not a
result of this course, however it came there, is not there.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from platform import python_version
from typing import Any

from autograder.deadlines import PATIENCE
from autograder.judging.draws import course_secret
from autograder.notebooks.chapter import ROOT, chapter
from autograder.notebooks.placing import LANGUAGES, loadable
from autograder.notebooks.submission import Submission
from autograder.rules import exercises
from autograder.verdict import Verdict

__all__ = ["FOLDER", "Results", "key", "verdict_on", "version", "write_whole"]

FOLDER = ".judged"
"""What grading keeps in a course's root folder; deleting it costs time and nothing else."""

_HOUSE = Path(__file__).resolve().parents[2]  # the folder that holds our packages


def version(assignment: str, secret: str | None = None) -> str:
    """Return the hash of everything but the submission that decides a grade."""
    secret = course_secret() if secret is None else secret
    assignment = chapter(assignment).name
    said = hashlib.sha256(f"{python_version()} {PATIENCE} {assignment} {secret}".encode())
    for path in _deciding(assignment):
        said.update(f"\n{path.name} {path.stat().st_size}\n".encode())
        said.update(path.read_bytes())
    return said.hexdigest()


def _deciding(name: str) -> Iterator[Path]:
    """Yield the files that decide a grade in a chapter: other chapters' rules do not."""
    number = name.partition("_")[0]
    for package in (_HOUSE / "autograder", _HOUSE / "netlib"):
        for path in sorted((*package.rglob("*.py"), *package.rglob("*.toml"))):
            parts = path.relative_to(package).parts
            # What lies in rules itself is for several chapters.
            if parts[0] != "rules" or len(parts) == 2 or parts[1] == number:
                yield path
    yield ROOT / "solutions" / f"{name}.ipynb"  # what puts exercises right that others build on
    for language in LANGUAGES:
        release = ROOT / "notebooks" / language / name / f"{name}.ipynb"
        if release.is_file():
            yield release


def key(submission: Submission, assignment: str, version: str) -> str:
    """Return the name of a submission's result.

    The release that a submission is laid on has the same key: nbgrader judges that one.
    """
    cells = loadable(submission.cells, chapter(assignment, submission.language))
    loaded = [[cell.label, cell.source, cell.whole] for cell in cells]
    asked = json.dumps([version, submission.language, loaded])
    return hashlib.sha256(asked.encode()).hexdigest()


def verdict_on(assignment: str, data: Any) -> Verdict:
    """Read data, from a disk or another machine, as a verdict on an assignment.

    Raises ValueError if it is none.
    """
    verdict, name = Verdict.from_dict(data), chapter(assignment).name
    if not verdict.fits(name, exercises(name)):
        raise ValueError(f"it is no verdict on {name}")
    return verdict


class Results:
    """The results of one course."""

    def __init__(self, root: Path = ROOT) -> None:
        self._folder = root / FOLDER / "results"

    def get(self, key: str, assignment: str) -> Verdict | None:
        """Return a verdict, or None if there is none that can be trusted."""
        try:
            stored = json.loads((self._folder / f"{key}.json").read_bytes())
            result, digest = stored["result"], stored["digest"]
            if stored["key"] != key or digest != _digest(result):
                return None
            return verdict_on(assignment, result)
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return None

    def put(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict."""
        result = verdict.to_dict()
        stored = {"key": key, "digest": _digest(result), "result": result}
        write_whole(self._folder / f"{key}.json", json.dumps(stored, ensure_ascii=False))


def _digest(result: Any) -> str:
    return hashlib.sha256(json.dumps(result, sort_keys=True).encode()).hexdigest()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whoever reads it sees all of it or what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_text(text, encoding="utf-8")
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
