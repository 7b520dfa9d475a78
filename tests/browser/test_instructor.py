"""An instructor in front of the formgrader and the feedback pages, in a real browser.

Two students hand in: eve, whose notebook attacks whoever looks at it, and mei, who works in
Chinese, makes two mistakes and is late. Everything is real: nbgrader's commands, its gradebook
and formgrader, the judge, Chromium. MathJax, nbgrader's only request to the outside, is answered
by a stand-in that notes what MathJax would typeset.
"""

import csv
import json
import re
import runpy
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"

_COURSE = runpy.run_path(str(ROOT / "tests" / "course" / "conftest.py"))
_HOSTILE = runpy.run_path(str(Path(__file__).with_name("hostile.py")))
course = _COURSE["course"]  # the fixture: a clone of the course
MARKER = _HOSTILE["MARKER"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("bwrap") is None, reason="grading needs bubblewrap: apt-get install bubblewrap"
    ),
]

Course = Any  # see tests/course/conftest.py
Formgrader = Any
Page = Any

# What MathJax 2 does before it typesets: it looks for formulas in all text but that of some
# elements. The formgrader asks it to say when it is ready.
_STAND_IN = r"""
window.formulas = [];
window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest() {}}}}};
addEventListener("load", () => {
    const skipped = "script,noscript,style,textarea,pre,code,annotation,.tex2jax_ignore";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (/\$|\\\(|\\\[|\\begin/.test(walker.currentNode.data)
            && !walker.currentNode.parentElement.closest(skipped))
            formulas.push(walker.currentNode.data);
});
"""
# Where an attack stands in a page other than as text that is shown.
_LIVE = """marker => {
    const found = [], texts = ["aria-label", "placeholder"];
    for (const element of document.querySelectorAll("*")) {
        for (const {name, value} of element.attributes)
            if ((name + value).includes(marker) && !texts.includes(name))
                found.push(`${element.tagName} ${name}=${value}`);
        if (["SCRIPT", "STYLE", "IFRAME", "OBJECT"].includes(element.tagName)
            && element.textContent.includes(marker))
            found.push(element.outerHTML);
    }
    const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
    while (comments.nextNode())
        if (comments.currentNode.data.includes(marker)) found.push(comments.currentNode.data);
    return found;
}"""


class Canary:
    """A server that nobody should ask; ends itself on exit."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *values: object) -> None:
                del format, values

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "Canary":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Desk:
    """The instructor's browser, which writes down everything that a page does."""

    def __init__(self, context: Any, canary: Canary) -> None:
        from playwright.sync_api import expect

        self.expect, self.canary = expect, canary
        self.page = context.new_page()
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._dismiss)
        context.route(f"{MATHJAX}**", lambda route: route.fulfill(body=_STAND_IN))

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def visit(self, address: str) -> Page:
        """Open a page and wait until nothing is loading any more."""
        for noted in (self.requests, self.dialogs, self.errors, self.canary.asked):
            noted.clear()
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def harm(self) -> list[str]:
        """Return what attacks have done to the page that is open, or could do."""
        scheme, _, rest = self.page.url.partition("://")
        own = f"{scheme}://{rest.partition('/')[0]}/"
        foreign = [
            url for url in self.requests if not url.startswith((own, MATHJAX, "data:", "blob:"))
        ]
        ran = ["ran"] * bool(self.page.evaluate("window.pwned !== undefined"))
        formulas = [it for it in self.page.evaluate("window.formulas || []") if MARKER in it]
        live = self.page.evaluate(_LIVE, MARKER)
        return [*ran, *self.dialogs, *foreign, *self.canary.asked, *formulas, *live]


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    """A server that nobody should ask."""
    with Canary() as canary:
        yield canary


@pytest.fixture(scope="module")
def desk(chromium: Any, canary: Canary) -> Iterator[Desk]:
    """The instructor's browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield Desk(context, canary)
    context.close()


@pytest.fixture(scope="module")
def graded(chromium: Any, course: Course, canary: Canary) -> Course:
    """The course after both have handed in, been graded and got feedback."""
    del chromium  # without a browser there is nothing to do
    attack = _HOSTILE["attack"](course.notebook("notebooks", "en"), canary.address)
    beside = _hand_in(course, "eve", attack, "2026-01-01 00:00:00 UTC")
    (beside / "pwned.html").write_text(f"<script>{_HOSTILE['SCRIPT']}</script>")
    (beside / "<img src=x onerror=window.pwned=1>.txt").write_text("pwned")
    _hand_in(course, "mei", _with_mistakes(course), "2100-01-01 00:00:00 UTC")
    course.run("nbgrader", "collect", CHAPTER)
    due = "--duedate=2099-01-01 00:00:00 UTC"
    course.run("nbgrader", "db", "assignment", "add", CHAPTER, due)
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as config:
        config.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    course.run("nbgrader", "autograde", CHAPTER)
    course.run("nbgrader", "generate_feedback", CHAPTER)
    return course


def _hand_in(course: Course, student: str, notebook: dict[str, Any], when: str) -> Path:
    """Put a submission where `nbgrader submit` puts it; return its folder."""
    inbound = course.scratch / "exchange" / "live_sockets" / "inbound"
    folder = Path(inbound, f"{student}+{CHAPTER}+{when}")
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text(when)
    text = json.dumps(notebook, ensure_ascii=False)
    (folder / f"{CHAPTER}.ipynb").write_text(text, encoding="utf-8")
    return folder


def _with_mistakes(course: Course) -> dict[str, Any]:
    reference = {cell["id"]: cell["source"] for cell in course.notebook("source", "en")["cells"]}
    notebook: dict[str, Any] = course.notebook("notebooks", "zh")
    for cell in notebook["cells"]:
        if cell["metadata"].get("live_sockets", {}).get("role") == "solution":
            text = "".join(reference[cell["id"]])
            if cell["id"] == "echo-server":
                text = text.replace("65507", "1024")
            if cell["id"] != "feiq":  # which is left unwritten
                cell["source"] = text
    return notebook


@pytest.fixture(scope="module")
def formgrader(graded: Course, desk: Desk) -> Iterator[Formgrader]:
    """The formgrader, in which the instructor is logged in."""
    with _COURSE["Formgrader"](graded) as formgrader:
        desk.visit(f"{formgrader._address}formgrader/manage_assignments?token=journey")
        yield formgrader


def _submission(formgrader: Formgrader, student: str) -> str:
    """Return the path of the page on which a submission is graded by hand."""
    rows = json.loads(formgrader.get(f"api/submitted_notebooks/{CHAPTER}/{CHAPTER}"))
    (id,) = (row["id"] for row in rows if row["student"] == student)
    return f"{formgrader._address}formgrader/submissions/{id}/"


def test_the_attacks_are_real(graded: Course, desk: Desk, tmp_path: Path) -> None:
    from nbconvert.exporters import HTMLExporter

    page = tmp_path / "as-it-was-handed-in.html"
    notebook = graded.root / "submitted" / "eve" / CHAPTER / f"{CHAPTER}.ipynb"
    page.write_text(HTMLExporter(template_name="classic").from_filename(str(notebook))[0])
    desk.visit(page.as_uri())
    assert len(desk.harm()) > 100
    assert desk.canary.asked
    assert desk.dialogs


def test_a_feedback_page_shows_attacks_as_text(graded: Course, desk: Desk) -> None:
    path = graded.root / "feedback" / "eve" / CHAPTER / f"{CHAPTER}.html"
    assert path.stat().st_size < 5_000_000
    page = desk.visit(path.as_uri())
    assert desk.harm() == []
    assert "onerror=window.pwned=1;alert(1)" in page.locator("body").inner_text()


def test_the_formgrader_shows_attacks_as_text(formgrader: Formgrader, desk: Desk) -> None:
    page = desk.visit(_submission(formgrader, "eve"))
    assert desk.harm() == []
    assert "onerror=window.pwned=1;alert(1)" in page.locator("body").inner_text()
    page.locator("details").first.click()
    assert desk.harm() == []
    assert desk.errors == []
