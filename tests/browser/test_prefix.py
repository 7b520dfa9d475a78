"""The panel of a prefix length, where it lives: a slider, a field, and a picture that follows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from tests.browser.conftest import photograph, run_cells

pytestmark = [pytest.mark.browser, pytest.mark.chapter("ch02")]

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch02_addresses.py").cells}
PANEL = (
    "from netlib.panels import PrefixPanel\n"
    'PrefixPanel("192.0.2.10", 25, ("192.0.2.100", "192.0.2.200"))'
)
WORDS = {"en": ("near", "by the gateway", "is a host"), "zh": ("直连", "经网关", "在这里是主机")}

Learner = Any  # see conftest.py
Lab = Any


@pytest.mark.parametrize("language", WORDS)
def test_the_picture_follows_the_slider_and_the_field(
    lab: Lab, open_chapter: Callable[..., Learner], language: str, tmp_path: Path
) -> None:
    near, far, host = WORDS[language]
    cells = {"import-check": CELLS["import-check"].text(language), "panel": PANEL}
    learner = run_cells(lab, open_chapter, f"prefix-{language}", "loop", cells, until="panel")
    learner.look_at("panel")
    cell = learner.cell("panel")
    other = cell.locator("tr", has_text="192.0.2.200")
    picture = cell.locator("img[alt]")
    learner.expect(other).to_contain_text(far)
    slider = cell.get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")  # one bit less
    learner.expect(other).to_contain_text(near)
    assert "192.0.2.10/24" in picture.get_attribute("alt")
    photograph(learner.page, tmp_path / f"prefix-{language}.png")
    field = cell.locator("input[type=text]")
    field.fill("192.0.2.255")
    field.press("Enter")
    learner.expect(cell.locator('img[alt*="192.0.2.255/24"]')).to_be_visible()
    assert host not in picture.get_attribute("alt")
