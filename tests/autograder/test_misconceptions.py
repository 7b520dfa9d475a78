"""The catalogue's hints in steps: what to look at, where it is shown, an example that holds."""

import ast
import re
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from autograder.text.misconceptions import Misconception, catalogue
from autograder.text.wording import LANGUAGES
from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
LOOK_CHARACTERS = {"en": 140, "zh": 70}
BLOCK = re.compile(r"```python\n(?P<code>(?:.+\n)+)```\n(?P<sentence>.+)\n")
RESULT = "  # -> "
LINES, COLUMNS, SENTENCE_COLUMNS = 5, 72, 100

EXAMPLES = [pytest.param(entry, id=entry.id) for entry in catalogue().values() if entry.example]


def code(entry: Misconception, language: str) -> str:
    """Return the block of Python of an example."""
    return parts(entry, language)["code"]


def parts(entry: Misconception, language: str) -> re.Match[str]:
    """Return the block and the sentence of an example."""
    assert entry.example is not None
    match = BLOCK.fullmatch(entry.example.in_(language))
    assert match, "expected a block of Python, and a sentence behind it in one line"
    return match


def test_every_entry_lies_in_the_file_of_its_prefix_and_in_no_other() -> None:
    found = []
    for file in files("autograder").joinpath("misconceptions").iterdir():
        ids = re.findall(r"^\[(\S+)\]$", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert {f"{id.partition('-')[0].lower()}.toml" for id in ids} == {file.name}
        found += ids
    assert sorted(found) == sorted(catalogue())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_says_in_one_line_what_to_look_at(language: str) -> None:
    said = {id: entry.look.in_(language) for id, entry in catalogue().items()}
    longest = LOOK_CHARACTERS[language]
    wrong = {id: look for id, look in said.items() if not 0 < len(look) <= longest or "\n" in look}
    assert not wrong


def test_where_names_a_cell_of_a_chapter() -> None:
    cells = set()
    for path in ROOT.glob("solutions/ch*.py"):
        source = read(path)
        cells |= {f"{source.chapter}/{cell.id}" for cell in source.cells}
    named = {id: entry.where for id, entry in catalogue().items() if entry.where}
    assert named
    assert not {id: where for id, where in named.items() if where not in cells}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry", EXAMPLES)
def test_an_example_is_a_few_lines_of_python_and_a_sentence(
    entry: Misconception, language: str
) -> None:
    lines = code(entry, language).splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS
    assert len(parts(entry, language)["sentence"]) <= SENTENCE_COLUMNS
    assert code(entry, language) == code(entry, "en")


@pytest.mark.timeout(stretched(20))
@pytest.mark.parametrize("entry", EXAMPLES)
def test_every_result_in_an_example_is_what_python_gives(entry: Misconception) -> None:
    text, namespace = code(entry, "en"), dict[str, Any]()
    try:
        shown = dict(results(text, namespace))
    finally:
        release(namespace)
    assert len(shown) == text.count(RESULT) > 0, "a result stands behind a line that is no value"
    assert not {line: got for line, got in shown.items() if line.partition(RESULT)[2] != got}


def results(text: str, namespace: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Run an example; yield each line that has a result, and the result that came."""
    lines = text.splitlines()
    for statement in ast.parse(text).body:
        line = lines[statement.end_lineno - 1]  # type: ignore[operator]
        if isinstance(statement, ast.Expr) and RESULT in line:
            expression = compile(ast.Expression(statement.value), line, "eval")
            try:
                yield line, repr(eval(expression, namespace))
            except Exception as error:
                yield line, f"raises {called(error)}"
        else:
            exec(compile(ast.Module([statement], []), line, "exec"), namespace)


def called(error: Exception) -> str:
    """Return the name of an exception, as one writes it: struct.error."""
    module = type(error).__module__.removeprefix("_")
    return f"{'' if module == 'builtins' else module + '.'}{type(error).__name__}"


def release(value: Any) -> None:
    """Close the sockets that an example leaves behind."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for each in value:
            release(each)
    elif isinstance(value, socket.socket):
        value.close()
