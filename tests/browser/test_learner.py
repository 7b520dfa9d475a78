"""A learner in JupyterLab, in a real browser: runs a chapter, fails, solves, passes, validates.

Everything is real: JupyterLab as `make lab` starts it, nbgrader's Validate button, Chromium. Each
test ends with a picture of the screen, which stays where LIVE_SOCKETS_SCREENSHOTS says.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

WORDS = {
    "en": {
        "unwritten": "is not written yet: its cell still raises NotImplementedError.",
        "no points": "0 of 2 points",
        "points": "2 of 2 points",
        "got": "got 1024 bytes",
        "chapter": r"Chapter 04: [\d.]+ of 20 points\.",
        "next": "Next: ch04/recv_one",
        "working": "Checking ch04/recv_one …",
        "stopped": "Stopped.",
    },
    "zh": {
        "unwritten": "还没有写：单元格仍在抛出 NotImplementedError。",
        "no points": "得 0 / 2 分",
        "points": "得 2 / 2 分",
        "got": "实际 1024 个字节",
        "chapter": r"第 04 章：得 [\d.]+ / 20 分。",
        "next": "下一步：ch04/recv_one",
        "working": "正在检查 ch04/recv_one……",
        "stopped": "已停止。",
    },
}

# The colours that lie behind an element, from the far one to its own, then that of its text.
_COLOURS = """element => {
    const behind = [];
    for (let each = element; each; each = each.parentElement)
        behind.unshift(getComputedStyle(each).backgroundColor);
    return [...behind, getComputedStyle(element).color];
}"""
LAST = "demo-predictions"  # the last cell
pytestmark = pytest.mark.browser

Learner = Any  # see conftest.py
Words = dict[str, str]


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the chapter; all tests of one run before those of the other."""
    return str(request.param)


@pytest.fixture(scope="module")
def words(language: str) -> Words:
    """What reports say in it."""
    return WORDS[language]


@pytest.fixture(scope="module")
def learner(open_chapter: Callable[[str], Learner], language: str) -> Learner:
    """Somebody who has opened the chapter and run all of it."""
    learner = open_chapter(language)
    learner.run_all(until=LAST)
    return learner


@pytest.fixture
def lit(learner: Learner, theme: str) -> Learner:
    """The same, in one of JupyterLab's themes."""
    learner.theme(f"JupyterLab {theme}")
    return learner


@pytest.fixture(scope="module")
def solution(reference: dict[str, str]) -> dict[str, str]:
    """The reference solutions by the ids of their cells, as a learner would write them."""
    return {
        id: "\n".join(line for line in source.splitlines() if "### " not in line)
        for id, source in reference.items()
    }


@pytest.fixture(scope="module")
def mistaken(learner: Learner, solution: dict[str, str]) -> Learner:
    """The learner, who has let recvfrom take too few bytes in the echo server."""
    wrong = solution["echo-server"].replace("recvfrom(65507)", "recvfrom(1024)")
    assert wrong != solution["echo-server"]
    learner.paste("echo-server", wrong)
    learner.run("echo-server")
    learner.run("check-echo-server")
    return learner


def test_run_all_goes_through_and_every_open_check_says_so(learner: Learner, words: Words) -> None:
    [report] = learner.outputs("check-send-text")
    first, second, *_ = report.rstrip().splitlines()
    assert re.fullmatch(rf"✗ ch04/send_text +{words['no points']}", first)
    assert second.strip().endswith(words["unwritten"])
    cells = [cell for cell in learner.saved() if cell["cell_type"] == "code"]
    assert cells[-1]["id"] == LAST
    assert all(cell["execution_count"] for cell in cells)
    assert not [cell["id"] for cell in cells for o in cell["outputs"] if "ename" in o]
    checks = [cell for cell in cells if cell["id"].startswith("check-")]
    assert len(checks) == 6
    for cell in checks:
        report = " ".join("".join(cell["outputs"][-1]["data"]["text/plain"]).split())
        assert words["unwritten"] in report


def test_a_solution_that_is_typed_in_passes(
    learner: Learner, solution: dict[str, str], words: Words
) -> None:
    given, body = solution["send-text"].split('"""\n')
    learner.paste("send-text", f'{given}"""')
    learner.type(f"\n{body}")
    editor = learner.cell("send-text").locator(".cm-content")
    assert editor.inner_text() == solution["send-text"]
    learner.run("send-text")
    learner.run("check-send-text")
    [report] = learner.outputs("check-send-text")
    assert re.match(rf"✓ ch04/send_text · {words['points']}\n", report)
    assert report.count("✓ ") >= 6
    assert "✗" not in report
    assert re.search(words["chapter"], report)  # other tests have earned some, too
    number = learner.cell("send-text").locator(".jp-InputPrompt").inner_text()
    assert f"In {number.strip(':')}" in report


def test_success_leads_on_to_the_next_exercise(learner: Learner, words: Words) -> None:
    learner.look_at("check-send-text")
    learner.cell("check-send-text").get_by_role("link", name=words["next"]).click()
    learner.expect(learner.cell("recv-one")).to_be_in_viewport()


def test_an_interrupt_says_stopped_and_nothing_else(learner: Learner, words: Words) -> None:
    learner.paste("recv-one", "def recv_one(sock, timeout, limit=65507):\n    while True: pass")
    learner.run("recv-one")
    learner.page.keyboard.press("Shift+Enter")
    output = learner.cell("check-recv-one").locator(".jp-OutputArea-output")
    learner.expect(output).to_contain_text(words["working"])  # a sign of life
    learner.menu("Kernel", "Interrupt Kernel")
    learner.expect(output).to_have_text(words["stopped"])
    learner.paste(
        "recv-one", "def recv_one(sock, timeout, limit=65507):\n    raise NotImplementedError"
    )


def test_a_mistake_is_told_with_its_name(mistaken: Learner, words: Words) -> None:
    [report] = mistaken.outputs("check-echo-server")
    assert words["got"] in " ".join(report.split())
    assert "UDP-06" in report
    assert len([line for line in report.splitlines() if line.strip()]) <= 15


def test_a_mistake_is_drawn(mistaken: Learner, words: Words) -> None:
    mistaken.look_at("check-echo-server")
    picture = mistaken.cell("check-echo-server").get_by_role("img")
    picture.scroll_into_view_if_needed()
    mistaken.expect(picture).to_be_in_viewport(ratio=1)
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300")
    *_, last = re.split("[;；]", picture.get_attribute("alt"))
    assert "1024" in last


def test_a_picture_scrolls_where_the_page_is_narrow(mistaken: Learner) -> None:
    """It does not shrink: its letters would."""
    mistaken.page.set_viewport_size({"width": 640, "height": 900})
    try:
        mistaken.look_at("check-echo-server")
        picture = mistaken.cell("check-echo-server").get_by_role("img")
        assert picture.evaluate("image => image.clientWidth == image.naturalWidth")
        around = picture.locator("..")
        assert around.evaluate("span => span.scrollWidth > span.clientWidth")
    finally:
        mistaken.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("language", ["en"], indirect=True)
def test_validate_names_the_checks_that_fail(mistaken: Learner, solution: dict[str, str]) -> None:
    mistaken.paste("send-text", solution["send-text"])
    said = mistaken.validate()
    assert said.startswith("Validation Results")
    assert "Traceback" not in said
    failed = re.findall(r'check\("ch04/(\w+)"\)\s+CheckFailed: ch04/(\w+).*\n', said)
    others = ["recv_one", "echo_server", "request", "feiq", "reply_counter_server"]
    assert failed == [(name, name) for name in others]  # and not send_text, which is solved


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_validate_is_content_when_all_is_solved(learner: Learner, solution: dict[str, str]) -> None:
    for id, source in solution.items():
        learner.paste(id, source)
    assert "Success! Your notebook passes all the tests." in learner.validate()


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_a_report_can_be_read_in_every_theme(mistaken: Learner, lit: Learner, theme: str) -> None:
    lit.look_at("check-echo-server")
    for text in lit.cell("check-echo-server").locator("code, pre, p").all():
        assert contrast(text.evaluate(_COLOURS)) >= 4.5  # WCAG 2, 1.4.3


@pytest.mark.parametrize("language", ["en"], indirect=True)  # it is the same in both
@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_a_picture_can_be_seen_in_every_theme(lit: Learner, theme: str) -> None:
    lit.look_at("demo-flood")
    picture = lit.cell("demo-flood").get_by_role("img", name="20,000")
    picture.scroll_into_view_if_needed()  # the cell may be longer than the window
    lit.expect(picture).to_be_in_viewport(ratio=1)
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")


def contrast(colours: list[str]) -> float:
    """Return the ratio of contrast, 1 to 21 (WCAG 2), of the last of some layers to the others."""
    behind = [255.0, 255.0, 255.0]  # a browser's page

    def luminance() -> float:
        red, green, blue = (
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (channel / 255 for channel in behind)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for colour in colours:
        ground = luminance()
        *channels, alpha = [*map(float, re.findall(r"[\d.]+", colour)), 1.0][:4]
        behind = [
            alpha * new + (1 - alpha) * old for new, old in zip(channels, behind, strict=True)
        ]
    darker, lighter = sorted([ground, luminance()])
    return (lighter + 0.05) / (darker + 0.05)
