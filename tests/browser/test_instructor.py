"""An instructor in front of the formgrader and the feedback pages, in a real browser.

Three students hand in: eve, whose notebook attacks whoever looks at it; tom, who tries to carry
the graded draw out; and mei, who works in Chinese, makes a mistake and is late.
Everything is real: nbgrader's commands, its gradebook and formgrader, the judge, Chromium.
"""

import csv
import json
import runpy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "ch04_udp"
_COURSE = runpy.run_path(str(ROOT / "tests" / "course" / "conftest.py"))
_DESK = runpy.run_path(str(Path(__file__).with_name("desk.py")))
_HOSTILE = runpy.run_path(str(Path(__file__).with_name("hostile.py")))
pristine, course = _COURSE["pristine"], _COURSE["course"]  # fixtures: a clone of the course
MARKER = _HOSTILE["MARKER"]
MATHJAX = _DESK["MATHJAX"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("bwrap") is None, reason="grading needs bubblewrap: apt-get install bubblewrap"
    ),
]

Course = Any  # see tests/course/conftest.py
Formgrader = Any
Canary = Any  # see desk.py
Desk = Any


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    """A server that nobody should ask."""
    with _DESK["Canary"]() as canary:
        yield canary


@pytest.fixture(scope="module")
def desk(chromium: Any, canary: Canary) -> Iterator[Desk]:
    """The instructor's browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield _DESK["Desk"](context, canary)
    context.close()


@pytest.fixture(scope="module")
def graded(chromium: Any, course: Course, canary: Canary) -> Course:
    """The course after all have handed in, been graded and got feedback."""
    del chromium  # without a browser there is nothing to do
    attack = _HOSTILE["attack"](course.notebook("notebooks", "en"), canary.address)
    beside = _hand_in(course, "eve", attack, "2026-01-01 00:00:00 UTC")
    (beside / "pwned.html").write_text(f"<script>{_HOSTILE['SCRIPT']}</script>")
    (beside / "<img src=x onerror=window.pwned=1>.txt").write_text("pwned")
    thief = _HOSTILE["solved"](course.notebook("notebooks", "en"), _HOSTILE["THIEF"])
    _hand_in(course, "tom", thief, "2026-01-01 00:00:00 UTC")
    _hand_in(course, "mei", _with_a_mistake(course), "2100-01-01 00:00:00 UTC")
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


def _with_a_mistake(course: Course) -> dict[str, Any]:
    cells = course.notebook("source", "en")["cells"]
    reference = {cell["id"]: "".join(cell["source"]) for cell in cells}
    roles = {c["id"]: c["metadata"].get("live_sockets", {}).get("role") for c in cells}
    solutions = {id: text for id, text in reference.items() if roles[id] == "solution"}
    solutions["echo-server"] = solutions["echo-server"].replace("65507", "1024")
    del solutions["feiq"]  # which is left unwritten
    notebook: dict[str, Any] = _HOSTILE["solved"](course.notebook("notebooks", "zh"), solutions)
    return notebook


@pytest.fixture(scope="module")
def formgrader(graded: Course, desk: Desk) -> Iterator[Formgrader]:
    """The formgrader, in which the instructor is logged in."""
    with _COURSE["Formgrader"](graded) as formgrader:
        desk.visit(f"{formgrader.address}formgrader/manage_assignments?token=journey")
        yield formgrader


def _feedback(course: Course, student: str) -> Path:
    path: Path = course.root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
    return path


def _submission(formgrader: Formgrader, student: str) -> str:
    """Return the path of the page on which a submission is graded by hand."""
    rows = json.loads(formgrader.get(f"api/submitted_notebooks/{CHAPTER}/{CHAPTER}"))
    (id,) = (row["id"] for row in rows if row["student"] == student)
    return f"{formgrader.address}formgrader/submissions/{id}/"


def test_the_attacks_are_real(desk: Desk, tmp_path: Path) -> None:
    from nbconvert.filters import markdown2html

    markup = [text for text in _HOSTILE["MARKUP"] if "attachment:" not in text]
    shown = "".join(map(markdown2html, [*markup, _HOSTILE["OUTPUTS"]["text/html"]]))
    page = tmp_path / "as-it-was-written.html"
    page.write_text(shown.replace("CANARY", desk.canary.address), encoding="utf-8")
    desk.visit(page.as_uri())
    assert "ran" in (harm := desk.harm(MARKER))
    assert len(harm) > 50
    assert desk.canary.asked
    assert desk.dialogs


def test_a_feedback_page_shows_attacks_as_text(graded: Course, desk: Desk) -> None:
    path = _feedback(graded, "eve")
    assert path.stat().st_size < 5_000_000
    page = desk.visit(path.as_uri())
    assert desk.harm(MARKER) == []
    assert any(url.startswith(MATHJAX) for url in desk.requests)  # or the stand-in stands idle
    assert "onerror=window.pwned=1;alert(1)" in page.locator("body").inner_text()


def test_the_formgrader_shows_attacks_as_text(formgrader: Formgrader, desk: Desk) -> None:
    page = desk.visit(_submission(formgrader, "eve"))
    assert "onerror=window.pwned=1;alert(1)" in page.locator("body").inner_text()
    for folded in page.locator("details summary").all():  # whatever there is to open
        folded.click()
    assert desk.harm(MARKER) == []
    assert desk.errors == []


@pytest.mark.parametrize(
    "place",
    [
        "gradebook",
        f"gradebook/{CHAPTER}",
        f"gradebook/{CHAPTER}/{CHAPTER}",
        "manage_assignments",
        f"manage_submissions/{CHAPTER}",
        "manage_students",
        "manage_students/eve",
        f"manage_students/eve/{CHAPTER}",
    ],
)
def test_a_table_of_the_formgrader_is_harmless(
    formgrader: Formgrader, desk: Desk, place: str
) -> None:
    page = desk.visit(f"{formgrader.address}formgrader/{place}")
    desk.expect(page.locator("tbody tr").first).not_to_contain_text("Loading")
    assert desk.harm(MARKER) == []
    assert desk.errors == []


def test_the_formgrader_serves_no_file_that_was_handed_in(
    formgrader: Formgrader, desk: Desk
) -> None:
    answer = desk.page.request.get(f"{_submission(formgrader, 'eve')}pwned.html")
    assert answer.status == 404


def test_no_page_tells_the_graded_draw(graded: Course, formgrader: Formgrader) -> None:
    secret = (graded.root / ".course_secret").read_text().strip()
    words = _HOSTILE["words_of_the_draw"](graded.notebook("notebooks", "en"), secret)
    assert len(words) > 20
    shown = _feedback(graded, "tom").read_text() + formgrader.get(
        _submission(formgrader, "tom").partition("/formgrader/")[2]
    )
    assert "stolen" in shown
    assert [word for word in words if word in shown] == []


def test_a_feedback_page_reads_without_javascript(
    graded: Course, chromium: Any, desk: Desk, tmp_path: Path
) -> None:
    context = chromium.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.route(f"{MATHJAX}**", lambda route: route.abort())
    page.goto(_feedback(graded, "mei").as_uri())
    desk.expect(page.get_by_role("img", name="你的程序发给安娜：1024 B")).to_be_visible()
    desk.expect(page.get_by_text("UDP-06 数据报")).to_be_visible()
    desk.expect(page.get_by_text("Late submission penalty")).to_be_visible()
    folded = page.locator("details").first
    desk.expect(folded.locator("li").first).to_be_hidden()
    folded.locator("summary").click()
    desk.expect(folded.locator("li").first).to_be_visible()
    page.screenshot(path=tmp_path / "chinese.png")
    context.close()


def test_what_was_graded_by_hand_survives_the_formgraders_button(
    graded: Course, formgrader: Formgrader, desk: Desk
) -> None:
    page = desk.visit(_submission(formgrader, "eve"))
    for place, value in (("#check-feiq", "1.5"), ("#feiq-comment", "Come and *see* me.")):
        with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
            page.locator(place).fill(value)
            page.locator(place).dispatch_event("change")
        assert saved.value.ok
    beside = graded.root / "submitted" / "eve" / CHAPTER / "<img src=x onerror=window.pwned=1>"
    beside.write_text("pwned")
    page = desk.visit(f"{formgrader.address}formgrader/manage_submissions/{CHAPTER}")
    page.get_by_role("row", name="eve").locator(".autograde a").click()
    desk.expect(page.locator("#success-modal")).to_contain_text("Successfully autograded")
    assert desk.harm(MARKER) == []
    page = desk.visit(_submission(formgrader, "eve"))
    desk.expect(page.locator("#check-feiq")).to_have_value("1.5")
    desk.expect(page.locator("#feiq-comment")).to_have_value("Come and *see* me.")


def test_the_export_has_penalties_and_what_was_graded_by_hand(graded: Course) -> None:
    table = graded.scratch / "grades.csv"
    graded.run("nbgrader", "export", "--to", str(table))
    with open(table, encoding="utf-8", newline="") as file:
        table_rows = [row for row in csv.DictReader(file) if row["assignment"] == CHAPTER]
    rows = {row["student_id"]: row for row in table_rows}
    mei, eve = rows["mei"], rows["eve"]
    assert float(mei["raw_score"]) == float(mei["late_submission_penalty"]) > 10
    assert float(mei["score"]) == 0
    assert float(eve["late_submission_penalty"]) == 0
    assert float(eve["score"]) >= 1.5  # by hand: the judge gave none for it
