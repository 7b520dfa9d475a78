"""Every chapter in JupyterLab, with the reference typed in: it runs to its end, in one language.

The code of both is the same, so every other chapter runs in Chinese, and the other text is only
opened: test_nbval runs the English notebooks, too. Chapter 04 has tests of its own, in
test_learner.py. Pictures of the screen stay where
LIVE_SOCKETS_SCREENSHOTS says.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.notebooks.chapter import names, reference

pytestmark = pytest.mark.browser
CHAPTERS = [name for name in names() if name != "ch04_udp"]

Learner = Any  # see conftest.py


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request: pytest.FixtureRequest, window: Any) -> Iterator[str]:
    """A chapter; when its tests are over, its pages are closed."""
    yield str(request.param)
    for page in window.pages:
        page.close()


@pytest.fixture
def solved(chapter: str, lab: Any, open_chapter: Callable[..., Learner]) -> Learner:
    """Somebody who has solved the chapter and runs all of it."""
    language = runs_in(chapter)
    path: Path = lab.work / language / chapter / f"{chapter}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    solutions = {cell.id: cell.source for cell in reference(chapter).cells}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in code:
        if cell["metadata"]["live_sockets"]["role"] == "solution":
            cell["source"] = solutions[cell["id"]]
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    learner = open_chapter(language, chapter)
    learner.run_all(until=code[-1]["id"])
    return learner


def runs_in(chapter: str) -> str:
    return ("en", "zh")[CHAPTERS.index(chapter) % 2]


def test_it_opens_in_the_other_language(
    chapter: str, lab: Any, open_chapter: Callable[..., Learner]
) -> None:
    language = "en" if runs_in(chapter) == "zh" else "zh"
    notebook = json.loads((lab.work / language / chapter / f"{chapter}.ipynb").read_bytes())
    title = next(line for cell in notebook["cells"] for line in cell["source"] if line[:2] == "# ")
    reader = open_chapter(language, chapter)
    shown = title[2:].strip().replace("`", "")  # code is drawn, not marked
    reader.expect(reader.page.locator("h1", has_text=shown).first).to_be_visible()


def test_it_runs_to_its_end_and_shows_what_it_draws(solved: Learner) -> None:
    cells = solved.saved()
    for cell in cells:
        for output in cell.get("outputs", ()):
            assert output["output_type"] != "error", "\n".join(output["traceback"])
    drawn = [
        cell["id"]
        for cell in cells
        for output in cell.get("outputs", ())
        if "<img " in "".join(output.get("data", {}).get("text/html", ""))
    ]
    assert drawn, "no cell shows a picture"
    for id in drawn:
        solved.look_at(id)
        for picture in solved.cell(id).get_by_role("img").all():
            assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
            assert picture.get_attribute("alt")
