"""Chapter 00 keeps its word: what it shows of checks is what they say, and its programs talk."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from autograder.judging.practice import run
from autograder.report.text import report_text
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch00")

ROOT = Path(__file__).resolve().parents[2]
SOURCE = read(ROOT / "solutions" / "ch00_start.py")
CELLS = {cell.id: cell for cell in SOURCE.cells}
LANGUAGES = ("en", "zh")
DEADLINE_S = stretched(60)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """The reader's language."""
    return str(request.param)


# -- what checks say -------------------------------------------------------------------------------


def said_of(answer: str, language: str) -> str:
    """Return what the check of exercise 1 says of an answer cell."""
    return report_text(run("ch00/answer_one", [CELLS["setup"].source, answer]), language)


def released() -> str:
    """Return the answer cell of exercise 1 as learners get it."""
    solved = CELLS["answer-one"].source
    stub = re.compile(r"    ### BEGIN SOLUTION\n.*### END SOLUTION\n", re.DOTALL)
    return stub.sub("    # YOUR CODE HERE\n    raise NotImplementedError()\n", solved)


def test_the_report_in_the_text_is_what_the_check_says(language: str) -> None:
    shown = re.search(r"```text\n(.*?)\n```", CELLS["three-runs"].text(language), re.DOTALL)
    assert shown is not None
    first_mended = released().replace("    raise NotImplementedError()\n", "")
    assert shown[1].strip() == said_of(first_mended, language).strip()


def test_the_sentences_in_the_text_are_those_of_checks(language: str) -> None:
    unwritten, undefined = said_of(released(), language), said_of("pass", language)
    (first,) = (line.strip() for line in unwritten.splitlines() if "NotImplementedError" in line)
    (second,) = (line.strip() for line in undefined.splitlines() if "answer_one " in line[:14])
    assert first in CELLS["three-runs"].text(language)
    assert second in CELLS["sentences"].text(language)
    told = (ROOT / "autograder" / "judging" / "run_rules.py").read_text(encoding="utf-8")
    for row in re.findall(r"^\| ([^`|]+?) \|", CELLS["sentences"].text(language), re.MULTILINE):
        if row not in (second, "it says", "它说") and not row.startswith("---"):
            assert row in told


def test_the_release_of_exercise_1_is_as_the_text_tells() -> None:
    notebook = (ROOT / "notebooks/en/ch00_start/ch00_start.ipynb").read_text(encoding="utf-8")
    for line in released().splitlines():
        assert line.replace('"', '\\"') in notebook


# -- two programs in two terminals -----------------------------------------------------------------


Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]
SAID = {  # by the server as it begins and at a message, by the client as it asks and as it ends
    "en": ("waiting at port ", " says: ", "you: ", "server: ", "no answer"),
    "zh": ("正在等待，端口 ", " 说：", "你：", "服务器：", "没有响应"),
}


@pytest.fixture(scope="module")
def folder(beside: Beside, language: str) -> Path:
    """A folder in which the notebook has saved its programs."""
    cells = [CELLS[id].text(language) for id in ("setup", "demo-save-shout", "demo-save-say")]
    return beside(cells)


@pytest.fixture
def port() -> str:
    """What the chapter's cell says: a port that was free a moment ago."""
    done = subprocess.run(
        [sys.executable, "-c", f"import socket\n{CELLS['demo-port'].source}"],
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = done.stdout.splitlines()
    port = first.rpartition(" ")[2]
    assert (first, second) == (f"python3 shout.py {port}", f"python3 say.py {port}")
    return port


def test_two_terminals_talk_and_the_server_comes_back_at_once(
    folder: Path, port: str, terminal: Callable[..., Terminal], language: str
) -> None:
    waiting, says, asks, answers, silent = SAID[language]
    with terminal(folder, "say.py", port) as person:
        with terminal(folder, "shout.py", port) as server:
            server.shows(f"{waiting}{port}")
            person.shows(asks)
            for text in ("hello", "你好 ok"):
                person.type(f"{text}\n")
                person.shows(f"{answers}{text.upper()}")
                server.shows(f"{says}{text}")
            server.type("\x03")
            assert server.ends() == 0
        person.type("anybody?\n")
        person.shows(silent)
        with terminal(folder, "shout.py", port) as server:
            server.shows(f"{waiting}{port}")
            person.type("again\n")
            person.shows(f"{answers}AGAIN")
            person.type("\n")
            assert person.ends() == 0
            server.type("\x03")
            assert "Traceback" not in server.shows("\n")
