"""Why an exercise cannot be judged yet, and which line and function a report names."""

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.exercise import Exercise
from autograder.guest.loading import LoadCell
from autograder.judging.unready import missing, unwritten
from autograder.learner.source import Source
from autograder.text.wording import Text

ASKED = Exercise("tst/feiq", 2, ("parse_feiq", "build_feiq"), ())


def said(source: str, *problems: tuple[str, int, str], absent: tuple[str, ...]) -> str:
    process: Any = SimpleNamespace(missing=absent, problems=list(problems))
    text = missing(ASKED, process, Source([LoadCell("cell [7]", source, whole=True)]))
    assert text is not None
    return text.en


def test_where_all_names_are_there_nothing_is_said() -> None:
    process: Any = SimpleNamespace(missing=(), problems=[])
    assert missing(ASKED, process, Source()) is None


def test_a_cell_that_python_cannot_read_is_said_with_its_line() -> None:
    source = "def build_feiq(m): return b''\ndef parse_feiq(data):\n    return {"
    error = ("cell [7]", 3, "SyntaxError: '{' was never closed (<cell [7]>, line 3)")
    assert said(source, error, absent=("parse_feiq", "build_feiq")) == (
        "Python cannot read line 3 of cell [7], `return {`: SyntaxError: '{' was never closed"
    )


def test_a_cell_that_raises_is_said_with_its_line() -> None:
    source = "import numpy\ndef parse_feiq(data): pass"
    error = ("cell [7]", 1, "ModuleNotFoundError: No module named 'numpy'")
    assert said(source, error, absent=("parse_feiq",)) == (
        "parse_feiq is not defined, for line 1 of cell [7], `import numpy`, raises "
        "ModuleNotFoundError: No module named 'numpy'"
    )


@pytest.mark.parametrize("name", ["parse_feig", "parseFeiq", "parse_fei"])
def test_a_name_that_is_spelt_differently_is_said_first(name: str) -> None:
    source = f"def {name}(data): pass\ndef build_feiq(m): pass"
    assert said(source, ("cell [9]", 1, "SyntaxError: x"), absent=("parse_feiq",)) == (
        f"You define {name}; the exercise asks for parse_feiq."
    )


def test_the_other_name_of_an_exercise_is_no_misspelling() -> None:
    assert said("def build_feiq(m): pass", absent=("parse_feiq",)) == (
        "parse_feiq is not defined: run the cell that defines it, then check."
    )


def test_the_function_that_is_not_written_is_named() -> None:
    assert unwritten(ASKED, "build_feiq").en.startswith("build_feiq is not written yet")
    assert unwritten(ASKED, "helper").en.startswith("This exercise is not written yet")
    one = Exercise("tst/f", 1, ("Receiver",), ())
    assert unwritten(one, "feed") == Text(
        "Receiver is not written yet: its cell still raises NotImplementedError.",
        "Receiver 还没有写：单元格仍在抛出 NotImplementedError。",
    )


# -- lines of cells --------------------------------------------------------------------------

CELL = """import socket

class Parser:
    def feed(self, data):
        def inner():
            return 1

        return (data +
            b"x")


answer = 42

def wide(
    text: str,
) -> str:
    return text
"""


@pytest.mark.parametrize(
    ("line", "quoted", "function"),
    [
        (1, "import socket", ""),
        (4, "def feed(self, data):", ""),
        (6, "return 1", "inner"),
        (8, "return (data +", "feed"),
        (9, 'b"x")', "feed"),
        (12, "answer = 42", ""),
        (17, "return text", "wide"),
        (99, "?", ""),
    ],
)
def test_a_line_is_quoted_and_the_function_around_it_named(
    line: int, quoted: str, function: str
) -> None:
    source = Source([LoadCell("cell 1", CELL, whole=True)])
    assert source.quote(("cell 1", line)) == quoted
    assert source.function(("cell 1", line)) == function
    assert source.quote(("cell 2", line)) == "?"


def test_the_cells_that_define_a_name_are_found() -> None:
    cells = [LoadCell("a", CELL, True), LoadCell("b", "def f(): Parser()\n", True)]
    source = Source(cells)
    assert source.defined() == ("Parser", "wide", "f")
    assert source.of(["Parser"]) == CELL
    assert source.of(["f", "g"]) == "def f(): Parser()\n"
    assert source.of(["feed"]) == ""
