"""The panel of a server that asks select, where it lives: buttons, and a table that follows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from tests.browser.conftest import photograph, run_cells

pytestmark = [pytest.mark.browser, pytest.mark.chapter("ch16")]

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch16_select.py").cells}
USED = ("import-check", "setup", "try-accept", "out-buffer", "echo-client", "select-echo")
PANEL = "from netlib.panels import SelectPanel\nSelectPanel(select_echo)"
WORDS = {
    "en": ("read", "a line", "64 kB", "reset", "is gone", "write"),
    "zh": ("读", "发一行", "发 64 kB", "复位", "已断开", "写"),
}

Learner = Any  # see conftest.py
Lab = Any


@pytest.mark.parametrize("language", WORDS)
def test_each_button_changes_the_table(
    lab: Lab, open_chapter: Callable[..., Learner], language: str, tmp_path: Path
) -> None:
    read_, line, much, reset, gone, write = WORDS[language]
    cells = {id: CELLS[id].text(language) or CELLS[id].source for id in USED} | {"panel": PANEL}
    learner = run_cells(lab, open_chapter, f"select-{language}", "loop", cells, until="panel")
    learner.look_at("panel")
    cell = learner.cell("panel")
    row = {name: cell.locator("tr", has_text=name) for name in ("anna", "carl")}

    def press(who: str, what: str) -> None:
        cell.get_by_title(f"{who}: {what}", exact=True).click()

    learner.expect(row["anna"].locator("td").nth(1)).to_have_text(read_)
    press("anna", line)
    learner.expect(row["anna"].locator("td").nth(4)).to_contain_text("3 B")
    learner.expect(row["anna"].locator("td").nth(2)).to_have_text(write)  # the second round
    press("carl", much)
    learner.expect(row["carl"].locator("td").nth(4)).to_contain_text("65,536 B")
    photograph(learner.page, tmp_path / f"select-{language}.png")
    press("carl", reset)
    learner.expect(row["carl"].locator("td").nth(4)).to_contain_text(gone)
