"""What tests of several packages share: one deadline, chapter 04's cells, and what may be missing.

A fixture whose machine lacks something skips its test, and says what to install or switch on.
"""

import contextlib
import gc
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from autograder import proc
from autograder.authoring.source import read
from autograder.clock import CLOCK
from autograder.rules import NUMBER
from autograder.sandbox import bubblewrap as sandbox
from netlib import language
from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "ch04_udp"

Notebook = dict[str, Any]
NAME = re.compile(rf"{NUMBER.pattern}_")  # of a chapter, such as ch04_udp
HANGS_S = stretched(1800)  # a test: only what hangs takes that long


# How long one example takes says how busy the machine is.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let the limit of a test be stretched like every other."""
    if config.getoption("timeout") is None:
        config.option.timeout = HANGS_S

    os.environ["LIVE_SOCKETS_PROGRESS"] = "off"  # whoever starts them has solved nothing

    # Whoever starts the tests may ignore interrupts (nohup, cron), and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# -- a failed test fails no other -----------------------------------------------------------------

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test has failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def a_failure_is_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """End what a failed test has left running, and let nobody else hear of what it left open."""
    before = set(proc.tree(os.getpid()))
    yield
    if request.node.stash.get(FAILED, False):
        for pid in set(proc.tree(os.getpid())) - before:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@pytest.fixture(autouse=True)
def everybody_reads_english() -> Iterator[None]:
    """A test that imports what a Chinese notebook imports changes the language of its own only."""
    language.use("en")
    yield
    language.use("en")


# -- side by side, and chapter by chapter ---------------------------------------------------------

importlib.import_module("autograder.zh")  # here, because it chooses a language once and for all
language.use("en")

CLOCK.after(0)  # the one descriptor that it keeps is no test's

# What takes longest begins first; measured with `--durations=0`.
LONGEST_FIRST = ("tests/browser", "tests/course", "tests/attacks", "tests/peers")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--chapter ch13`: only what is about that chapter."""
    parser.addoption("--chapter", help="run only what belongs to a chapter, such as ch13")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the tests of one chapter, if one is named; and let those that take long come first."""
    if wanted := config.getoption("chapter"):
        number = str(wanted).partition("_")[0]
        others = [item for item in items if number not in chapters_of(item)]
        items[:] = [item for item in items if number in chapters_of(item)]
        config.hook.pytest_deselected(items=others)
    long = {folder: place for place, folder in enumerate(LONGEST_FIRST, -len(LONGEST_FIRST))}
    items.sort(key=lambda item: long.get("/".join(item.nodeid.split("/")[:2]), 0))


class Groups(LoadScopeScheduling):
    """Says which tests share a worker.

    Those of a file do, because they share what is slow to make; but what a file asks of each
    chapter is spread, so that no worker's share grows with the number of chapters.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        chapter = re.search(rf"\[{NUMBER.pattern}_\w+", test)
        return f"{file} {chapter[0] if chapter else ''}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    """Take it, in the place of xdist's own (whose groups pytest 9.2 does not see)."""
    return Groups(config, log)


def chapters_of(item: pytest.Item) -> set[str]:
    """Return the numbers of the chapters that a test is about: as its parameters or the marker
    `chapter` of its file say."""
    marked = (number for marker in item.iter_markers("chapter") for number in marker.args)
    callspec = getattr(item, "callspec", None)
    values = callspec.params.values() if callspec else ()
    names = (Path(value).stem for value in values if isinstance(value, (str, Path)))
    return {*marked, *(name.partition("_")[0] for name in names if NAME.match(name))}


@pytest.fixture(scope="session")
def deadline_s() -> float:
    """Seconds that a test waits for an event; only what is broken takes that long."""
    return stretched(60)


@pytest.fixture(scope="session")
def sandboxed() -> None:
    """Skip where submissions cannot be judged."""
    if (why := sandbox.missing()) is not None:
        pytest.skip(why)
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", shutil.which("true") or "true"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(sandbox.refusal(tried.stderr.strip()))


@pytest.fixture(scope="session")
def reference() -> dict[str, str]:
    """The solution cells of chapter 04 by their ids, as the source has them."""
    cells = read(ROOT / "solutions" / f"{CHAPTER}.py").cells
    return {cell.id: cell.source for cell in cells if cell.role == "solution"}


class Release:
    """Chapter 04 as it is released, and how a student fills it."""

    def __init__(self, language: str) -> None:
        path = ROOT / "notebooks" / language / CHAPTER / f"{CHAPTER}.ipynb"
        if not path.is_file():
            pytest.skip(f"{CHAPTER} is not built: run `autograder build`")
        self._text = path.read_text(encoding="utf-8")

    def notebook(self, **changed: str) -> Notebook:
        """Return the notebook with the text of some cells changed; their ids with _ for -."""
        notebook: Notebook = json.loads(self._text)
        texts = {id.replace("_", "-"): text for id, text in changed.items()}
        for cell in notebook["cells"]:
            cell["source"] = texts.pop(cell["id"], cell["source"])
        assert not texts, f"there are no cells {sorted(texts)}"
        return notebook

    def file(self, **changed: str) -> bytes:
        """Return the same as the bytes of a file."""
        return json.dumps(self.notebook(**changed)).encode()


@pytest.fixture(scope="session")
def english() -> Release:
    """The release in English."""
    return Release("en")


@pytest.fixture(scope="session")
def chinese() -> Release:
    """The release in Chinese."""
    return Release("zh")
