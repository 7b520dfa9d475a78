"""JupyterLab as `make lab` starts it, and a learner in front of it, in Chromium.

Nothing of the user's own settings is read, nothing is left outside the test's folder, and no
process outlives the tests. Playwright is imported by the fixtures alone, so that a machine
without it, or without Chromium, skips the tests and says why.
"""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"
CHROMIUM = Path("/usr/bin/chromium")
DEADLINE_S = 60 * float(os.environ.get("LIVE_SOCKETS_PATIENCE", "1"))
TOKEN = "learner"

_QUIET = (  # Chromium asks nobody outside, and runs for root and in a container
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage"
)
# Two frames later what was scrolled to is drawn: cells that nobody sees are not.
_DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# The colours of an element and of what lies behind it.
_COLOURS = """element => {
    let behind = element;
    while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)")
        behind = behind.parentElement;
    return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
}"""
# Where each "|" of an element's text stands, line by line, in columns of its font.
_BARS = """element => {
    const text = element.textContent, nodes = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) nodes.push(walker.currentNode);
    const range = document.createRange(), lines = {};
    const box = (node, at) => {
        range.setStart(node, at); range.setEnd(node, at + 1);
        return range.getBoundingClientRect();
    };
    for (const node of nodes)
        for (let at = 0; at < node.length; at++)
            if (node.data[at] === "|") {
                const found = box(node, at);
                (lines[Math.round(found.top)] ??= []).push(found.left / found.width);
            }
    return Object.values(lines);
}"""

_spec = util.spec_from_file_location("lab", ROOT / "tools" / "lab.py")
assert _spec is not None
assert _spec.loader is not None
lab_tool = util.module_from_spec(_spec)
_spec.loader.exec_module(lab_tool)


class Lab:
    """JupyterLab on the learner's copies; ends itself and its kernels on exit."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.work = scratch / "work"
        self.log: list[str] = []
        self.address = ""
        self._announced = threading.Event()

    def __enter__(self) -> "Lab":
        for language in ("en", "zh"):
            lab_tool.copy_chapters(ROOT / "notebooks" / language, self.work / language)
        first = self.work / "en" / CHAPTER / f"{CHAPTER}.ipynb"
        root = os.geteuid() == 0
        self._server = subprocess.Popen(
            [*lab_tool.command(first, self.work, screen=False, root=root), "--ServerApp.port=0"],
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
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
        end_all(self.scratch)  # else a kernel that holds its stderr keeps the reader reading
        self._reader.join()

    def _environment(self) -> dict[str, str]:
        home = self.scratch / "home"
        (home / "config" / "labconfig").mkdir(parents=True)
        # `make lab` switches the news off for the whole environment; here, for this server.
        news = {"@jupyterlab/apputils-extension:announcements": True}
        page = home / "config" / "labconfig" / "page_config.json"
        page.write_text(json.dumps({"disabledExtensions": news}))
        foreign = ("JUPYTER", "IPYTHON", "XDG", "NBGRADER")
        kept = {name: it for name, it in os.environ.items() if not name.startswith(foreign)}
        return kept | {
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTER_TOKEN": TOKEN,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")])),
        }

    def _read(self) -> None:
        assert self._server.stderr is not None
        with self._server.stderr as lines:
            for line in lines:
                self.log.append(line)
                if found := re.search(r"(http://127\.0\.0\.1:\d+)/\S*token", line):
                    self.address = found[1]
                    self._announced.set()
        self._announced.set()

    def _answers(self) -> bool:
        """Jupyter announces its address a moment before it listens there."""
        deadline = time.monotonic() + DEADLINE_S
        self._announced.wait(DEADLINE_S)
        while self.address and self._server.poll() is None and time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.address}/api", timeout=DEADLINE_S).close()
                return True
            except urllib.error.URLError:
                continue
        return False


class Learner:
    """Somebody who has opened a chapter in JupyterLab and uses keyboard, mouse and eyes."""

    def __init__(self, page: Any, lab: Lab, folder: str) -> None:
        from playwright.sync_api import expect

        expect.set_options(timeout=DEADLINE_S * 1000)
        page.set_default_timeout(DEADLINE_S * 1000)
        self.page, self.expect = page, expect
        place = f"{folder}/{CHAPTER}/{CHAPTER}.ipynb"
        notebook = json.loads((lab.work / place).read_text(encoding="utf-8"))
        self._numbers = {cell["id"]: number for number, cell in enumerate(notebook["cells"])}
        page.goto(f"{lab.address}/lab/tree/{place}?token={TOKEN}&reset")
        self._indicator = page.locator(".jp-Notebook-ExecutionIndicator")
        self._idle()

    def _idle(self) -> None:
        self.expect(self._indicator).to_have_attribute("data-status", "idle")

    def cell(self, id: str) -> Any:
        """Return where a cell of the notebook is on the page."""
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{self._numbers[id]}"]')

    def outputs(self, id: str) -> list[str]:
        """Return the texts below a cell, as they are shown."""
        self.look_at(id)
        return self.cell(id).locator(".jp-OutputArea-output").all_inner_texts()

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

    def run(self, id: str) -> None:
        """Press Shift+Enter in a cell, which must be the active one, and wait for its end."""
        cell = self.cell(id)
        self.expect(cell).to_contain_class("jp-mod-active")
        before = cell.locator(".jp-InputPrompt").text_content()
        self.page.keyboard.press("Shift+Enter")
        self.expect(cell.locator(".jp-InputPrompt")).not_to_have_text(before)
        self._ran(id)

    def _ran(self, id: str) -> None:
        prompt = self.cell(id).locator(".jp-InputPrompt")
        self.expect(prompt).to_have_text(re.compile(r"^\[\d+\]:$"))
        self._idle()

    def write(self, id: str, source: str, *, typed: bool) -> None:
        """Replace the text of a cell: typed key by key, as the editor indents, or pasted."""
        editor = self.cell(id).locator(".cm-content")
        editor.click()
        keyboard = self.page.keyboard
        keyboard.press("Control+A")
        if typed:
            keyboard.press("Delete")
            keyboard.type("\n".join(line.strip() for line in source.splitlines()))
        else:
            keyboard.insert_text(source)
        assert editor.inner_text() == source

    def validate(self) -> str:
        """Press nbgrader's Validate; return what its dialog says, and leave it open."""
        self.page.locator(".validate-button").click()
        return str(self.page.locator(".jp-Dialog-content").inner_text())

    def theme(self, name: str) -> None:
        """Choose one of JupyterLab's themes."""
        body = self.page.locator("body")
        if body.get_attribute("data-jp-theme-name") != name:
            self.menu("Settings", "Theme", name)
        self.expect(body).to_have_attribute("data-jp-theme-name", name)

    def colours(self, element: Any) -> list[str]:
        """Return the colour of an element's text and the one behind it."""
        found: list[str] = element.evaluate(_COLOURS)
        return found

    def bars(self, element: Any) -> list[list[float]]:
        """Return where the "|" of each line of a text stand, in columns, as drawn."""
        found: list[list[float]] = element.evaluate(_BARS)
        return found


def end_all(scratch: Path, patience_s: float = 0) -> list[str]:
    """End every process that has `scratch` in its environment; name those that had to be killed.

    They may take patience_s to end by themselves.
    """
    killed = []
    for last in (False, True):
        alive = _processes(scratch)
        if last:
            killed = [name for name, _ in alive]
        for _, descriptor in alive:
            if last:
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)  # readable: it has ended
            poll.poll((DEADLINE_S if last else patience_s) * 1000)
            os.close(descriptor)
    return killed


def _processes(scratch: Path) -> list[tuple[str, int]]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            descriptor = os.pidfd_open(int(folder.name))
        except (ProcessLookupError, PermissionError):
            continue
        try:
            ours = os.fsencode(scratch) in (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # somebody else's, or gone
            ours = False
        if ours:
            found.append((f"{folder.name}: {command}", descriptor))
        else:
            os.close(descriptor)
    return found


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
            args=_QUIET.split(),
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
def open_chapter(chromium: Any, lab: Lab) -> Iterator[Any]:
    """Return the maker of a learner: `open_chapter("en")`."""
    contexts = []

    def open_it(folder: str) -> Learner:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        contexts.append(context)
        return Learner(context.new_page(), lab, folder)

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def last_screen(request: pytest.FixtureRequest, chromium: Any, tmp_path: Path) -> Iterator[None]:
    """Keep a picture of what every test ends with, passed or failed; then close its dialog."""
    yield
    pages = [page for context in chromium.contexts for page in context.pages]
    if not pages:
        return
    page = pages[-1]
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")
    page.evaluate(_DRAWN)
    page.screenshot(path=tmp_path / f"{name}.png")
    if album := os.environ.get("LIVE_SOCKETS_SCREENSHOTS"):
        Path(album).mkdir(parents=True, exist_ok=True)
        shutil.copy(tmp_path / f"{name}.png", album)
    for button in page.locator(".jp-Dialog-content .jp-mod-accept").all():
        button.click()
