"""The panel that binds and closes sockets, where it lives: its buttons, and its table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from netlib.ports import quiet_port
from tests.browser.conftest import photograph, run_cells

pytestmark = [pytest.mark.browser, pytest.mark.chapter("ch03")]

WORDS = {
    "en": ("bind", "close the socket", "bound: tcp", "not bound: tcp", "closed: tcp"),
    "zh": ("绑定", "关闭套接字", "已绑定：tcp", "没有绑定：tcp", "已关闭：tcp"),
}

Learner = Any  # see conftest.py
Lab = Any


@pytest.mark.parametrize("language", WORDS)
def test_each_click_changes_the_table(
    lab: Lab, open_chapter: Callable[..., Learner], language: str, tmp_path: Path
) -> None:
    bind, close, bound, refused, closed = WORDS[language]
    source = f"from netlib.panels import PortsPanel\nPortsPanel(({quiet_port()},))"
    imported = "from autograder.zh import check" if language == "zh" else "import autograder"
    cells = {"import-check": imported, "panel": source}
    learner = run_cells(lab, open_chapter, f"ports-{language}", "ports", cells, until="panel")
    learner.look_at("panel")
    cell = learner.cell("panel")

    def press(name: str) -> None:
        cell.get_by_role("button", name=name, exact=True).click()

    press(bind)
    learner.expect(cell.get_by_text(bound)).to_be_visible()
    press(bind)
    learner.expect(cell.get_by_text(refused)).to_be_visible()
    learner.expect(cell.locator("tr")).to_have_count(2)
    photograph(learner.page, tmp_path / f"ports-{language}.png")
    press(close)
    learner.expect(cell.get_by_text(closed)).to_be_visible()
    learner.expect(cell.locator("tr")).to_have_count(1)
