"""Makes a fresh clone ready to grade: `autograder init-course`.

It builds `source/`, fills the gradebook through nbgrader's own `generate_assignment`, compares
what that releases with `notebooks/`, and creates the course secret. It may be run again at any
time: grades stay, the secret stays, what changed in the chapters enters the gradebook.
"""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from autograder.authoring.build import chapters, release_path, source_notebook
from autograder.authoring.source import LANGUAGES
from autograder.deadlines import NBGRADER_S
from autograder.judging.draws import SECRET
from autograder.nbgrader_bridge.configuration import configured
from autograder.nbgrader_bridge.privacy import keep_private
from autograder.notebooks.chapter import ROOT

__all__ = ["CourseError", "init", "make_secret"]

_GRADED = re.compile(r"Cannot add or remove cells for notebook '([^']+)'")
"""What nbgrader says where a chapter has other exercises now and submissions were graded before."""


class CourseError(Exception):
    """The clone could not be made ready; the sentence says what to do."""


def init(root: Path = ROOT, say: Callable[[str], None] = print) -> tuple[str, ...]:
    """Make the course in root ready to grade.

    Returns the release notebooks that are not what their sources give, relative to root.
    Raises CourseError, and SourceError for a chapter that cannot be built.
    """
    if not (root / "nbgrader_config.py").is_file():
        raise CourseError(f"There is no nbgrader_config.py in {root}: is that the course?")
    sources = chapters(root)
    if not sources:
        raise CourseError(f"There is no chapter in {root / 'solutions'}.")
    if make_secret(root):
        say(f"made {SECRET.name}: keep it out of every copy that students can read")
    try:
        coursedir, exchange = configured(root)
    except Exception as error:  # it is a program, and may be a broken one
        raise CourseError(
            f"nbgrader_config.py, or nbgrader_config_local.py beside it, cannot be run: "
            f"{type(error).__name__}: {error}"
        ) from None
    keep_private(coursedir)
    _make_exchange(exchange)
    for path in sources:
        for language in LANGUAGES:
            _write_source(root, path, language)
    names = [path.stem for path in sources]
    say(f"filling the gradebook: {', '.join(names)}")
    with TemporaryDirectory(prefix="live-sockets-") as scratch:
        for language in LANGUAGES:
            # One gradebook serves both languages: their graded cells are the same.
            _generate(root, Path(scratch), language, gradebook=language == LANGUAGES[0])
        stale = tuple(_stale(root, Path(scratch), names))
    keep_private(coursedir)
    for released in stale:
        say(f"{released} is not what its source gives: run `autograder build`")
    say("This course is ready to grade." if not stale else "This course is not ready to grade.")
    return stale


def make_secret(root: Path = ROOT) -> bool:
    """Create the course secret, readable by its owner alone; tell whether there was none.

    It holds 64 hexadecimal digits. A new one would change the draws, so it is never replaced.
    """
    scratch = root / f"{SECRET.name}.{os.getpid()}"
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        os.link(scratch, root / SECRET.name)  # whole or not at all, and never over another
    except FileExistsError:
        return False
    finally:
        scratch.unlink()
    return True


def _make_exchange(exchange: Path) -> None:
    """Create the exchange: without it the formgrader offers neither release nor collect."""
    try:
        exchange.mkdir(parents=True)
        exchange.chmod(0o777)  # as `nbgrader release_assignment` makes it: students write there
    except FileExistsError:
        return
    except OSError as error:
        raise CourseError(f"The exchange {exchange} cannot be made: {error.strerror}.") from None


def _write_source(root: Path, path: Path, language: str) -> None:
    target = root / "source" / language / path.stem / f"{path.stem}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(source_notebook(path, language), encoding="utf-8", newline="\n")


def _generate(root: Path, scratch: Path, language: str, *, gradebook: bool) -> None:
    """Run generate_assignment on all chapters, releasing into a scratch folder."""
    _nbgrader(
        root,
        "generate_assignment",
        "--assignment=*",
        "--force",
        "--log-level=WARN",
        *([] if gradebook else ["--no-db"]),
        f"--CourseDirectory.source_directory=source/{language}",
        f"--CourseDirectory.release_directory={scratch / language}",
    )


def _nbgrader(root: Path, *arguments: str) -> None:
    # nbgrader looks for alembic on PATH and without it leaves half a gradebook: the
    # interpreter's own folder goes first, whether or not the environment is activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=root,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=NBGRADER_S,
            check=False,  # its own words say more than an exit code
        )
    except subprocess.TimeoutExpired:
        raise CourseError(f"nbgrader {arguments[0]} took more than {NBGRADER_S} s.") from None
    if run.returncode != 0 and (graded := _GRADED.search(run.stderr)):
        name = graded[1]
        raise CourseError(
            f"{name} has other exercises now, and the gradebook has submissions that were graded "
            f"before. Export their grades if you need them (`nbgrader export`), then `nbgrader db "
            f"assignment remove {name} --force`, `autograder init-course` and `autograder grade "
            f"{name}`: what was handed in stays, and is graded by the rules of today."
        )
    if run.returncode != 0:
        raise CourseError(f"nbgrader {arguments[0]} failed:\n{run.stderr.strip()}")


def _stale(root: Path, scratch: Path, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        for language in LANGUAGES:
            released = release_path(root, name, language)
            made = scratch / language / name / released.name
            if not released.is_file() or released.read_bytes() != made.read_bytes():
                yield released.relative_to(root).as_posix()
