"""The window of `make lab`: in the learner's language, without the instructor's things."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import CHAPTER, DEADLINE_S, TOKEN, Lab

pytestmark = pytest.mark.browser

MENU = {"en": ["File", "Run", "Kernel"], "zh": ["文件", "运行", "内核"]}


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def lab(chromium: Any, scratch: Path, language: str) -> Iterator[Lab]:
    """JupyterLab as `make lab LANGUAGE=…` starts it."""
    del chromium
    (home := scratch / language).mkdir()
    with Lab(home, language) as lab:
        yield lab


@pytest.fixture(scope="module")
def page(chromium: Any, lab: Lab, language: str) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    place = f"{language}/{CHAPTER}/{CHAPTER}.ipynb"
    page.goto(f"{lab.address}/lab/tree/{place}?token={TOKEN}&reset&file-browser-path=/")
    page.get_by_text(re.compile(r"\| (Idle|空闲)$")).first.wait_for(timeout=DEADLINE_S * 1000)
    yield page
    context.close()


def test_the_menus_speak_the_learners_language(page: Any, language: str) -> None:
    said = page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert set(MENU[language]) <= set(said)
    assert not any("nbgrader" in label.lower() for label in said)
    lang = page.evaluate("() => document.documentElement.lang")
    assert lang.replace("_", "-").startswith({"en": "en", "zh": "zh"}[language])


def test_nothing_of_it_is_an_error(page: Any, lab: Lab) -> None:
    assert page.locator(".jp-Dialog").count() == 0
    wrong = [line for line in lab.log if re.match(r"\[[EC] ", line)]
    assert not [line for line in wrong if "Jupyter Server" not in line]
    assert not [line for line in lab.log if "language server" in line.lower()]
