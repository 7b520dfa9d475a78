"""Courses and classes to measure with, in folders of their own."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["CHAPTER", "KINDS", "Course", "hand_in", "make_course", "make_stock"]

ROOT = Path(__file__).resolve().parent.parent
CHAPTER = "ch04_udp"
KINDS = ("right", "wrong", "empty", "hanging")

Notebook = dict[str, Any]

# The peer: everything that nbgrader does by itself, with the one setting that helps it most.
_STOCK = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.root = {root!r}
c.Exchange.root = {exchange!r}
c.Execute.shutdown_kernel = "immediate"
"""


class Course:
    """A folder with a gradebook, and the environment in which its commands run."""

    def __init__(self, root: Path, library: Path) -> None:
        """library is the folder from which the course's packages are imported."""
        self.root = root
        home = root.parent / f"home-{root.name}"
        home.mkdir(exist_ok=True)
        kept = ("JUPYTER", "IPYTHON", "LIVE_SOCKETS_ROOT", "XDG", "NBGRADER")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(kept)} | {
            "HOME": str(home),
            "LIVE_SOCKETS_EXCHANGE": str(home / "exchange"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(library),
        }

    def run(self, *command: str) -> None:
        """Run a module's command."""
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.root,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def notebook(self, *where: str) -> Notebook:
        """Return the chapter's notebook in a folder of the course."""
        read: Notebook = json.loads(
            self.root.joinpath(*where, CHAPTER, f"{CHAPTER}.ipynb").read_text(encoding="utf-8")
        )
        return read

    def forget(self) -> None:
        """Take everything away that grading has made, and all submissions."""
        for name in ("submitted", "autograded", ".judged"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        shutil.copy(self.root / "gradebook.fresh", self.root / "gradebook.db")


def make_course(folder: Path) -> Course:
    """Make a copy of this course that is ready to grade."""
    root = folder / "course"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    course = Course(root, root)
    course.run("autograder.cli", "init-course")
    shutil.copy(root / "gradebook.db", root / "gradebook.fresh")
    return course


def make_stock(folder: Path, course: Course) -> Course:
    """Make a course of the same chapter that knows nothing of our judge."""
    root = folder / "stock"
    root.mkdir()
    stock = Course(root, course.root)
    exchange = str(root / "exchange")
    (root / "nbgrader_config.py").write_text(_STOCK.format(root=str(root), exchange=exchange))
    shutil.copytree(course.root / "source" / "en" / CHAPTER, root / "source" / CHAPTER)
    stock.run("nbgrader", "generate_assignment", CHAPTER)
    shutil.copy(root / "gradebook.db", root / "gradebook.fresh")
    return stock


def hand_in(course: Course, release: Course, size: int, kinds: Sequence[str]) -> None:
    """Hand in for a class: so many submissions, of each kind in turn, and no two alike."""
    for number in range(size):
        kind = kinds[number % len(kinds)]
        folder = course.root / "submitted" / f"s{number:03}-{kind}" / CHAPTER
        folder.mkdir(parents=True)
        notebook = _notebook(release, kind, number)
        (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-01-01 12:00:00 UTC")


def _notebook(release: Course, kind: str, number: int) -> Notebook:
    notebook = release.notebook("notebooks", "en")
    reference = {cell["id"]: cell["source"] for cell in release.notebook("source", "en")["cells"]}
    solutions = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("live_sockets", {}).get("role") == "solution"
    ]
    for place, cell in enumerate(solutions):
        exercise = cell["metadata"]["live_sockets"]["exercise"]
        stub = "".join(cell["source"])
        source = "".join(reference[cell["id"]])
        if kind == "wrong":
            programs = sorted((ROOT / "tests" / "submissions" / exercise).glob("*.py"))
            source = programs[number % len(programs)].read_text(encoding="utf-8")
        elif kind == "empty":
            source = stub
        elif kind == "hanging" and place == number % len(solutions):
            source = _hanging(stub)
        # Nobody's result may serve somebody else.
        cell["source"] = f"{source}\n# by student {number}\n"
    return notebook


def _hanging(stub: str) -> str:
    """Return a stub's functions with an endless loop in each."""
    tree = ast.parse(stub)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = ast.parse("while True:\n    pass").body
    return ast.unparse(tree)
