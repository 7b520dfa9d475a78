"""Hostile submissions, side by side: stock nbgrader against this course's judge.

`python bench/attacks.py [--only TEXT]`. Stock nbgrader grades as it is installed, with its
Execute and the same check cells, each submission in a run of its own; the submissions are those
of tests/attacks. Both run on copies in folders of their own.

Stock nbgrader runs a submission as whoever started it. So nothing runs there that could harm
this machine, or look at what is not planted: see NOT_IN_STOCK.
"""

import argparse
import importlib.util
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from classes import CHAPTER, Course, make_course, make_stock

from autograder.judging import draws
from autograder.judging.judge import Unjudgeable, judge

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 90  # for one submission; then it has stopped the class
SECRET = "5f" * 32
NOT_IN_STOCK = {
    "protocol/*": "there is no judge apart from the kernel, so no protocol to attack",
    "abuse/*": "bombs and signals would hit this machine; what ends the kernel alone is run",
    "tampering/answers_later_from_a_daemon": "the daemon would stay",
    "tampering/writes_itself_into_the_house": "it would write into this machine",
    "theft/changes_the_sandbox": "it mounts and changes namespaces",
    "theft/listens_to_the_network": "it opens raw sockets",
    "theft/reads_the_memory_of_process_1": "it would stop the machine's first process",
    "theft/reads_every_descriptor": "the runner's own descriptors are nobody's to read",
    "theft/keeps_the_draw_in_*": "the draw in a kernel is the public one",
}
ENDS_THE_KERNEL = ("abuse/leaves", "abuse/breaks_the_interpreter", "abuse/calls_itself")

_UNTUNED = "c.Execute.timeout = 10\n"  # a hang costs the bench less, and the student the same


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one submission: it raised its grade, stole a secret, stopped the run."""

    raised: bool
    stole: bool
    stopped: bool

    def __str__(self) -> str:
        said = ("raised " if self.raised else "", "stole " if self.stole else "")
        return "".join(said) + ("STOPPED" if self.stopped else "") or "-"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="attacks whose name holds this")
    chosen = parser.parse_args().only
    attacks, files, planted = (_load(name) for name in ("attacks", "files", "planted"))
    _load("solved")  # more files
    every = [
        *attacks.written(),
        *(
            attacks.Attack(name, str(make.__doc__), make, most=most, least=least)
            for name, (make, least, most) in files.FILES.items()
        ),
    ]
    with tempfile.TemporaryDirectory(prefix="bench-attacks-") as name:
        folder = Path(name)
        course = make_course(folder)
        stock = make_stock(folder, course)
        with open(stock.root / "nbgrader_config.py", "a", encoding="utf-8") as config:
            config.write(_UNTUNED)
        draws.SECRET = course.root / ".course_secret"
        draws.SECRET.write_text(SECRET)
        os.environ["PLANTED"] = f"{planted.WORD} in the environment"
        stock.environment["PLANTED"] = os.environ["PLANTED"]
        secrets = planted.Planted(folder / "planted", course.root, draws.SECRET)
        solved = course.notebook("source", "en")
        made = attacks.Course(
            json.dumps(course.notebook("notebooks", "en")),
            {
                cell["id"]: "".join(cell["source"])
                for cell in solved["cells"]
                if cell["metadata"].get("live_sockets", {}).get("role") == "solution"
            },
        )
        taken = [planted.WORD, SECRET, *planted.draws(SECRET)]
        _compare([a for a in every if chosen in a.name], made, stock, secrets, taken)
        if not chosen:
            _no_notebooks(stock, secrets)
        secrets.close()


def _load(name: str) -> ModuleType:
    path = ROOT / "tests" / "attacks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def _compare(every: list[Any], made: Any, stock: Course, secrets: Any, taken: list[str]) -> None:
    print(f"{'submission':54} {'stock nbgrader':24} this course")
    sums: dict[str, list[Came]] = {"stock": [], "ours": [], "ours, the same": []}
    for attack in every:
        notebook = secrets.fill(attack.make(made))
        ours = _in_ours(attack, notebook, secrets, taken)
        theirs = None
        if not _harmful(attack.name):
            theirs = _in_stock(attack, notebook, stock, secrets, taken)
            sums["stock"].append(theirs)
            sums["ours, the same"].append(ours)
        sums["ours"].append(ours)
        print(f"{attack.name:54} {'not run' if theirs is None else theirs!s:24} {ours}", flush=True)
    for who, all_came in sums.items():
        counts = [
            sum(getattr(c, what) for c in all_came) for what in ("raised", "stole", "stopped")
        ]
        print(
            f"{who}: of {len(all_came)} submissions {counts[0]} raised their grade, "
            f"{counts[1]} stole a secret, {counts[2]} were not graded or stopped the run"
        )
    print("Not run in stock nbgrader:")
    for name, reason in NOT_IN_STOCK.items():
        print(f"  {name}: {reason}")


def _harmful(name: str) -> bool:
    if name in ENDS_THE_KERNEL:
        return False
    return any(name.startswith(key.removesuffix("*")) for key in NOT_IN_STOCK)


def _in_ours(attack: Any, notebook: bytes, secrets: Any, taken: list[str]) -> Came:
    try:
        verdict = judge(notebook, CHAPTER)
    except Unjudgeable:
        return Came(False, secrets.calls() > 0, stopped=True)
    scores = {exercise.id: exercise.score for exercise in verdict.exercises}
    score = scores[attack.exercise] if attack.exercise else verdict.score
    said = json.dumps(verdict.to_dict(), ensure_ascii=False)
    stole = any(text in said for text in taken) or secrets.calls() > 0
    return Came(score > attack.most, stole, stopped=False)


def _in_stock(attack: Any, notebook: bytes, stock: Course, secrets: Any, taken: list[str]) -> Came:
    def lay(folder: Path) -> None:
        (folder / f"{CHAPTER}.ipynb").write_bytes(notebook)

    grade_id = f"check-{attack.exercise.partition('/')[2].replace('_', '-')}"
    scores = _stock_scores(stock, lay)
    text = "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in (stock.root / "autograded").rglob("*.ipynb")
    )
    score = scores.get(grade_id, 0) if attack.exercise else sum(scores.values())
    stole = any(each in text for each in taken) or secrets.calls() > 0
    return Came(score > attack.most, stole, stopped=not scores)


def _stock_scores(stock: Course, lay: Callable[[Path], None]) -> dict[str, float]:
    """Grade one submission; return its points by grade id, nothing if it has none."""
    stock.forget()
    shutil.rmtree(stock.root / "autograded", ignore_errors=True)
    folder = stock.root / "submitted" / "mallory" / CHAPTER
    folder.mkdir(parents=True)
    lay(folder)
    command = [sys.executable, "-m", "nbgrader", "autograde", CHAPTER, "--create"]
    running = subprocess.Popen(
        command,
        cwd=stock.root,
        env=stock.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        running.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
        return {}
    with sqlite3.connect(stock.root / "gradebook.db") as gradebook:
        found = gradebook.execute(
            "select base_cell.name, coalesce(auto_score, 0) from grade "
            "join base_cell on base_cell.id = grade.cell_id where auto_score is not null"
        ).fetchall()
    gradebook.close()
    return dict(found)


def _no_notebooks(stock: Course, secrets: Any) -> None:
    """What is named like the notebook and is none: see tests/course/test_hostile_files.py."""
    print("Files that are no notebooks, in stock nbgrader:")

    def unix(path: Path) -> None:
        here = os.open(path.parent, os.O_PATH)  # names of sockets may have 107 bytes
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)

    kinds: dict[str, Callable[[Path], None]] = {
        "a FIFO": os.mkfifo,
        "a socket": unix,
        "a folder": os.mkdir,
        "a link to a secret": lambda path: path.symlink_to(secrets.file),
    }
    for name, make in kinds.items():
        scores = _stock_scores(stock, lambda folder, make=make: make(folder / f"{CHAPTER}.ipynb"))
        print(f"  {name:52} {'graded' if scores else 'STOPPED, or no grade'}")


if __name__ == "__main__":
    main()
