"""Chapter 00 as its text leads through it: one check, run three times, in both languages."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read

pytestmark = [pytest.mark.browser, pytest.mark.chapter("ch00")]

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch00_start.py").cells}
CHECK = "check-answer-one"

Learner = Any  # see conftest.py


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_check_three_times(open_chapter: Callable[..., Learner], language: str) -> None:
    learner = open_chapter(language, "ch00_start")
    for id in ("setup", "import-check"):
        learner.paste(id, CELLS[id].text(language))
        learner.run(id)
    told = CELLS["three-runs"].text(language)

    def checked(answer: str) -> str:
        learner.paste("answer-one", answer)
        learner.run("answer-one")
        learner.run(CHECK)
        return "\n".join(learner.outputs(CHECK))

    solved = CELLS["answer-one"].source
    written = re.compile(r"    ### BEGIN SOLUTION\n.*### END SOLUTION\n", re.DOTALL)
    unwritten = {"en": "is not written yet", "zh": "还没有写"}[language]
    assert unwritten in checked(written.sub("    raise NotImplementedError()\n", solved))
    assert unwritten in told

    failed = checked(written.sub("", solved))
    clause = re.search(r"✗ (.*)", told)
    assert clause is not None
    for line in (clause[1], '"TWO PROG"', "UDP-06"):
        assert line in failed
        assert line in told
    assert learner.cell(CHECK).get_by_role("img").first.get_attribute("alt")

    assert "✗" not in (passed := checked(solved))
    assert re.search(r"5\D+5", passed)
