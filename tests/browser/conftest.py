"""JupyterLab as `make lab` starts it, and a learner in front of it, in Chromium.

Nothing of the user's own settings is read, nothing is left outside the test's folder, and no
process outlives the tests. Playwright is imported by the fixtures alone, so that a machine
without it, or without Chromium, skips the tests and says why.
"""

import contextlib
import json
import os
import re
import runpy
import select
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"
CHROMIUM = Path("/usr/bin/chromium")
DEADLINE_S = stretched(300)
TOKEN = "learner"

_OPTIONS = (  # Chromium asks nobody outside, and runs for root
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)
# Two frames later what was scrolled to is drawn: cells that nobody sees are not.
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

_MAKE_LAB = runpy.run_path(str(ROOT / "tools" / "lab.py"))


class Lab:
    """JupyterLab on the learner's copies; ends itself and its kernels on exit."""

    def __init__(self, scratch: Path, language: str = "en") -> None:
        self.home, self.work = scratch / "home", scratch / "work"
        self._language = language
        self.address = ""
        self.log: list[str] = []
        self._ended = threading.Event()

    def __enter__(self) -> "Lab":
        _MAKE_LAB["copy_chapters"](ROOT / "notebooks", self.work)
        first = self.work / "en" / CHAPTER / f"{CHAPTER}.ipynb"
        root = os.geteuid() == 0
        start = _MAKE_LAB["command"](first, self.work, screen=False, root=root)
        self._server = subprocess.Popen(
            [*start, "--ServerApp.port=0"],
            cwd=self.work,  # as `make lab` does
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        if not self._answers():
            self.__exit__()
            pytest.fail("JupyterLab did not start:\n" + "".join(self.log))
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.terminate()
        try:
            self._server.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            end_all(self.home)
            self._server.wait()
        self._reader.join(DEADLINE_S)

    def _environment(self) -> dict[str, str]:
        foreign = ("JUPYTER", "IPYTHON", "XDG", "NBGRADER")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {
            f"JUPYTER_{name.upper()}_DIR": str(self.home / name)
            for name in ("config", "data", "runtime")
        }
        path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
        own |= {"JUPYTER_TOKEN": TOKEN, "PYTHONPATH": path}
        own |= {"LIVE_SOCKETS_PROGRESS": str(self.home / "progress.json")}
        own |= {"HOME": str(self.home), "IPYTHONDIR": str(self.home / "ipython")}
        seen: dict[str, str] = _MAKE_LAB["settings"](self._language, kept | own)
        return seen

    def _read(self) -> None:
        assert self._server.stderr is not None
        with self._server.stderr as lines:
            for line in lines:
                self.log.append(line)
                if found := re.search(r"(http://127\.0\.0\.1:\d+)/\S*token", line):
                    self.address = found[1]
        self._ended.set()

    def _answers(self) -> bool:
        """Jupyter announces its address a moment before it listens there."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline and not self._ended.wait(0.05):
            with contextlib.suppress(urllib.error.URLError):
                if self.address:
                    urllib.request.urlopen(f"{self.address}/api", timeout=DEADLINE_S).close()
                    return True
        return False


class Learner:
    """Somebody who has opened a chapter in JupyterLab and uses keyboard, mouse and eyes."""

    def __init__(self, page: Any, lab: Lab, folder: str, chapter: str = CHAPTER) -> None:
        from playwright.sync_api import expect

        expect.set_options(timeout=DEADLINE_S * 1000)
        page.set_default_timeout(DEADLINE_S * 1000)
        self.page, self.expect = page, expect
        place = f"{folder}/{chapter}/{chapter}.ipynb"
        self.file = lab.work / place
        notebook = json.loads(self.file.read_text(encoding="utf-8"))
        self._numbers = {cell["id"]: number for number, cell in enumerate(notebook["cells"])}
        page.goto(f"{lab.address}/lab/tree/{place}?token={TOKEN}&reset")
        self._idle()

    def _idle(self) -> None:
        """The status bar says so; the notebook's own indicator does before there is a kernel."""
        self.expect(self.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()

    def cell(self, id: str) -> Any:
        """Return where a cell of the notebook is on the page."""
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{self._numbers[id]}"]')

    def outputs(self, id: str) -> list[str]:
        """Return the texts below a cell, as they are shown."""
        self.look_at(id)
        texts: list[str] = self.cell(id).locator(".jp-OutputArea-output").all_inner_texts()
        return texts

    def look_at(self, id: str) -> None:
        """Scroll a cell into view."""
        self.cell(id).scroll_into_view_if_needed()
        self.page.evaluate(_DRAWN)

    def menu(self, *labels: str) -> None:
        """Choose from the menu bar."""
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(labels[0], exact=True).click()
        for label in labels[1:]:
            self.page.locator(".lm-Menu-itemLabel").get_by_text(label, exact=True).click()

    def run_all(self, until: str) -> None:
        """Run all cells; wait for the one that ends it."""
        self.menu("Run", "Run All Cells")
        self._ran(until)

    def saved(self) -> list[dict[str, Any]]:
        """Save the notebook; return its cells with their outputs."""
        before = self.file.stat().st_mtime_ns
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+S")
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            self.page.wait_for_timeout(50)
            if self.file.stat().st_mtime_ns != before:
                with contextlib.suppress(ValueError):  # it is being written
                    cells: list[dict[str, Any]] = json.loads(self.file.read_bytes())["cells"]
                    return cells
        raise TimeoutError(f"{self.file.name} was not saved within {DEADLINE_S} s")

    def run(self, id: str) -> None:
        """Press Shift+Enter in a cell, which must be the active one, and wait for its end."""
        cell = self.cell(id)
        self.expect(cell).to_contain_class("jp-mod-active")
        before = cell.locator(".jp-InputPrompt").text_content()
        self.page.keyboard.press("Shift+Enter")
        self.expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before)
        self._ran(id)

    def _ran(self, id: str) -> None:
        number = re.compile(r"^\[\d+\]:$")
        self.expect(self.cell(id).locator(".jp-InputPrompt")).to_have_text(number)
        self._idle()

    def paste(self, id: str, source: str) -> None:
        """Replace the text of a cell, and stay there."""
        self.look_at(id)  # what is out of sight has a dummy for an editor
        self.cell(id).locator(".cm-content[contenteditable=true]").click()
        self.expect(self.cell(id).locator(".cm-editor")).to_contain_class("cm-focused")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def type(self, source: str) -> None:
        """Type lines of code key by key; the editor indents them."""
        self.page.keyboard.type("\n".join(line.strip() for line in source.splitlines()))

    def validate(self) -> str:
        """Press nbgrader's Validate; return what its dialog says, and leave it open."""
        self.page.locator(".validate-button").click()
        dialog = self.page.locator(".jp-Dialog-content")
        self.expect(dialog.locator(".jp-Dialog-header")).not_to_be_empty()  # it is drawn last
        return str(dialog.inner_text())

    def theme(self, name: str) -> None:
        """Choose one of JupyterLab's themes."""
        body = self.page.locator("body")
        if body.get_attribute("data-jp-theme-name") != name:
            self.menu("Settings", "Theme", name)
        self.expect(body).to_have_attribute("data-jp-theme-name", name)


def end_all(scratch: Path, patience_s: float = 0) -> list[str]:
    """End what runs with `scratch` in its environment; return what did not end in patience_s."""
    deadline = time.monotonic() + patience_s
    killed = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.fsencode(scratch) not in (folder / "environ").read_bytes():
                continue
            name = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            process = os.pidfd_open(int(folder.name))  # readable when the process has ended
        except OSError:  # somebody else's, or gone
            continue
        if not select.select([process], [], [], max(0, deadline - time.monotonic()))[0]:
            killed.append(name)
            signal.pidfd_send_signal(process, signal.SIGKILL)
            select.select([process], [], [], DEADLINE_S)
        os.close(process)
    return killed


def photograph(page: Any, path: Path) -> None:
    """Keep what is on the screen, also in LIVE_SOCKETS_SCREENSHOTS if that is set."""
    page.evaluate(_DRAWN)
    page.screenshot(path=path)
    if album := os.environ.get("LIVE_SOCKETS_SCREENSHOTS"):
        Path(album).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, album)


def run_cells(
    lab: Lab, open_chapter: Any, folder: str, name: str, cells: dict[str, str], until: str
) -> Learner:
    """Write a notebook with these cells, by their ids; open it, and run it."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    made = [nbformat.v4.new_code_cell(source, id=id) for id, source in cells.items()]
    notebook = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    path = lab.work / folder / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    learner: Learner = open_chapter(folder, name)
    learner.run_all(until)
    return learner


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for one JupyterLab and one browser, none of whose processes outlive it."""
    folder = tmp_path_factory.mktemp("learner")
    yield folder
    assert end_all(folder, patience_s=5) == []


@pytest.fixture(scope="module")
def chromium(scratch: Path) -> Iterator[Any]:
    """A browser, or the reason why there is none."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="browser tests need playwright: pip install playwright"
    )
    if not CHROMIUM.exists():
        pytest.skip("browser tests need Chromium: apt-get install chromium")
    home = scratch / "browser"
    home.mkdir()
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=_OPTIONS.split(),
            timeout=DEADLINE_S * 1000,
            env={**os.environ, "HOME": str(home)},
        )
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def lab(chromium: Any, scratch: Path) -> Iterator[Lab]:
    """A running JupyterLab; where there is no browser it is not started."""
    del chromium
    with Lab(scratch) as lab:
        yield lab


@pytest.fixture(scope="module")
def window(chromium: Any) -> Any:
    """A browser's window, which keeps what it has loaded: a second page opens in a quarter of
    the first one's time. (Of one file of tests: while a browser lives, its thread has an event
    loop, and no test elsewhere could run one.)"""
    return chromium.new_context(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def open_chapter(
    request: pytest.FixtureRequest, window: Any, lab: Lab, scratch: Path
) -> Iterator[Any]:
    """Return the maker of a learner: `open_chapter("en")`, of another chapter with its name."""

    def open_it(folder: str, chapter: str = CHAPTER) -> Learner:
        return Learner(window.new_page(), lab, folder, chapter)

    yield open_it
    for number, page in enumerate(window.pages, 1):
        if request.session.testsfailed:  # of setups, the only picture
            photograph(page, scratch / f"at-the-end-{number}.png")
        page.close()


@pytest.fixture(autouse=True)
def last_screen(request: pytest.FixtureRequest, chromium: Any, tmp_path: Path) -> Iterator[None]:
    """Keep a picture of what every test ends with, passed or failed; then close its dialog."""
    yield
    name = re.sub(r"\W+", "-", request.node.name).strip("-")
    for page in [page for context in chromium.contexts for page in context.pages][-1:]:
        photograph(page, tmp_path / f"{name}.png")
        for button in page.locator(".jp-Dialog-content .jp-mod-accept").all():
            button.click()
