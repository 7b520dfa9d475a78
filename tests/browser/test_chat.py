"""Chapter 05 as its text leads through it: two notebooks, two kernels, and two people who chat."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from tests.browser.conftest import photograph, run_cells

pytestmark = [pytest.mark.browser, pytest.mark.chapter("ch05")]

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch05_chat.py").cells}
HERS = ("import-check", "setup", "receiver-loop", "chat", "relay", "serve-relay")
HIS = ("import-check", "setup", "receiver-loop", "chat")

Learner = Any  # see conftest.py
Lab = Any


def pasted(language: str) -> list[str]:
    """Return the cells that the text gives to paste: hers, and his."""
    blocks = re.findall(r"```python\n(.*?)```", CELLS["two-notebooks"].text(language), re.DOTALL)
    return [f"from netlib.panels import ChatPanel\n{block}" for block in blocks]


def room() -> str:
    """Return the definition of the relay's server, as the chapter has it."""
    return CELLS["demo-play"].source.partition("\n\n\nwith")[0]


class Person:
    """One person's panel as it is seen."""

    def __init__(self, learner: Learner) -> None:
        learner.look_at("panel")
        cell = learner.cell("panel")
        self.learner = learner
        self.field = cell.locator("input[type=text]")
        learner.expect(self.field).to_have_count(1)  # one person alone
        self.log = cell.locator(".widget-html-content").nth(1)

    def writes(self, text: str) -> None:
        self.field.click()
        self.learner.page.keyboard.insert_text(text)
        self.learner.page.keyboard.press("Enter")

    def sees(self, text: str) -> None:
        self.learner.expect(self.log).to_contain_text(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_notebooks_chat_through_the_readers_own_relay(
    lab: Lab, open_chapter: Callable[..., Learner], language: str, tmp_path: Path
) -> None:
    hers, his = pasted(language)

    def given(ids: tuple[str, ...]) -> dict[str, str]:
        return {id: CELLS[id].text(language) or CELLS[id].source for id in ids}

    folder = f"chat-{language}"
    cells = {**given(HERS), "room": room(), "panel": hers}
    anna = run_cells(lab, open_chapter, folder, "anna", cells, until="panel")
    address = re.search(r"\('127\.0\.0\.1', \d+\)", "\n".join(anna.outputs("panel")))
    assert address is not None
    joined = re.sub(r"\(.127\.0\.0\.1., \d+\)", address[0], his)
    assert address[0] in joined
    cells = {**given(HIS), "panel": joined}
    ben = run_cells(lab, open_chapter, folder, "ben", cells, until="panel")
    one, other = Person(anna), Person(ben)
    one.writes("LOGIN anna")
    one.sees("OK")
    other.writes("LOGIN anna")
    other.sees("ERROR")
    other.writes("LOGIN ben")
    other.sees("OK")
    other.writes("ALL hello")
    one.sees("FROM ben hello")
    one.writes("TO ben 你好")
    other.sees("FROM anna 你好")
    for who, learner in (("anna", anna), ("ben", ben)):
        photograph(learner.page, tmp_path / f"two-notebooks-{who}-{language}.png")
