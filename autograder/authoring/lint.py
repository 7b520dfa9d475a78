"""What a chapter's source must keep: its exercises, its size, code that Python can read.

Each function takes a chapter that `source.py` has read and yields problems. Nothing here runs
a chapter's code; whether the answers are right is for `validate.py`.
"""

import ast
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeGuard

from autograder.authoring.cell_line import Problem
from autograder.authoring.source import LANGUAGES, Cell, Source

__all__ = ["Asked", "Catalogue", "lint", "right_programs", "words", "wrong_programs"]

MAX_CODE_LINES = 16
MAX_WORDS = 3000
MIN_WRONG_PROGRAMS = 3
_CHARACTERS_A_WORD = 1.7
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LINK = re.compile(r"(?<=\])\([^)\s]*\)")  # where it leads: nobody reads it
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_BOLD = re.compile(r"(\S?)\*\*(\S|\S.*?\S)\*\*(?!\*)(\S?)", re.DOTALL)
_MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
_BEGIN, _END = "BEGIN SOLUTION", "END SOLUTION"  # as nbgrader's ClearSolutions looks for them


class Asked(Protocol):
    """What is needed of an exercise here: `autograder.exercise.Exercise` has it."""

    @property
    def id(self) -> str: ...
    @property
    def points(self) -> float: ...
    @property
    def rules(self) -> Sequence[object]: ...


Catalogue = Callable[[str], Sequence[Asked]]
"""From a chapter's number ("ch04") to its exercises, in order."""


def lint(source: Source, root: Path, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Return every problem of a chapter, those of reading it included, by line."""
    found = [*source.problems]
    for cell in source.cells:
        found.extend(_size(cell, source.file))
        found.extend(_syntax(cell, source.file))
        found.extend(_marks(cell, source.file))
        found.extend(_twin(cell, source.file))
        found.extend(_bold(cell, source.file))
        if cell.role == "check" and cell.exercise:
            found.extend(_call(cell, source.file))
    found.extend(_predictions(source))
    found.extend(_exercises(source, root, catalogue))
    found.extend(_lengths(source))
    return tuple(sorted(found, key=lambda problem: problem.line))


def words(text: str) -> int:
    """Count the words of a text, taking 1.7 Chinese characters for one English word.

    That is the usual ratio between a Chinese text and its English translation, so one limit
    serves both languages; Latin words and numbers among the characters count one each. Where a
    link leads is not read.
    """
    text = _LINK.sub("", text)
    characters = len(_IDEOGRAPH.findall(text))
    return round(characters / _CHARACTERS_A_WORD) + len(_WORD.findall(_IDEOGRAPH.sub(" ", text)))


def wrong_programs(root: Path, exercise: str) -> tuple[Path, ...]:
    """Return the wrong programs of an exercise: tests/submissions/ch04/send_text/*.py."""
    return tuple(sorted((root / "tests" / "submissions" / exercise).glob("*.py")))


def right_programs(root: Path, exercise: str) -> tuple[Path, ...]:
    """Return the other right solutions of an exercise, which must pass."""
    return tuple(sorted((root / "tests" / "submissions" / exercise / "right").glob("*.py")))


def _twin(cell: Cell, file: str) -> Iterator[Problem]:
    """The Chinese of a code cell is never run here: it may differ in words alone."""
    if cell.role == "prose" or cell.twin is None:
        return
    try:
        alike = _without_words(cell.source) == _without_words(cell.twin.source)
    except SyntaxError:
        alike = False
    if not alike:
        sentence = f"The Chinese of {cell.id!r} does something else: only words may differ."
        yield Problem(file, cell.twin.line, sentence)


def _bold(cell: Cell, file: str) -> Iterator[Problem]:
    """Markdown shows the stars where one side is punctuation and the other a letter: it takes
    blanks between words for granted, and Chinese has none (CommonMark, section 6.2)."""
    for line, text in _texts(cell) if cell.role == "prose" else ():
        for before, bold, after in _BOLD.findall(_BLOCK.sub("", text)):
            if _parts(bold[-1]) and after and not _parts(after):
                sentence = f"`{bold[-8:]}**{after}` is not bold: put `{bold[-1]}` behind the stars."
                yield Problem(file, line, sentence)
            if _parts(bold[0]) and before and not _parts(before):
                sentence = f"`{before}**{bold[:8]}` is not bold: put `{bold[0]}` before the stars."
                yield Problem(file, line, sentence)


def _parts(sign: str) -> bool:
    """Tell whether a sign is punctuation, as CommonMark has it."""
    return unicodedata.category(sign)[0] in "PS"


def _without_words(source: str) -> str:
    return ast.dump(_Words().visit(ast.parse(_MAGIC.sub(r"\1pass", source))))


class _Words(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        filled = [self.visit(each) for each in node.values if isinstance(each, ast.FormattedValue)]
        return ast.JoinedStr(sorted(filled, key=ast.dump))  # the order of words is a language's own

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        node.module = (node.module or "").removesuffix(".zh")
        return node


def _size(cell: Cell, file: str) -> Iterator[Problem]:
    lines = len(cell.source.splitlines())
    if cell.role not in ("prose", "solution") and lines > MAX_CODE_LINES:
        sentence = f"This code cell has {lines} lines, more than {MAX_CODE_LINES}: take it apart."
        yield Problem(file, cell.line, sentence)


def _syntax(cell: Cell, file: str) -> Iterator[Problem]:
    if cell.role == "prose":
        return
    for line, text in _texts(cell):
        try:
            # a notebook may await at the top of a cell, and run magics and shell commands
            flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compile(_MAGIC.sub(r"\1pass", text), file, "exec", flags)
        except SyntaxError as error:
            yield Problem(
                file, line + (error.lineno or 0), f"Python cannot read this: {error.msg}."
            )


def _marks(cell: Cell, file: str) -> Iterator[Problem]:
    marks = [
        (cell.line + n, _BEGIN if _BEGIN in line else _END)
        for n, line in enumerate(cell.source.splitlines(), 1)
        if _BEGIN in line or _END in line
    ]
    if cell.role != "solution":
        for line, mark in marks[:1]:
            yield Problem(file, line, f"{mark} stands in a cell that is not a solution.")
    elif [mark for _, mark in marks] != [_BEGIN, _END] * max(1, len(marks) // 2):
        sentence = f"A solution cell needs `### {_BEGIN}` and, below it, `### {_END}`."
        yield Problem(file, cell.line, sentence)


def _call(cell: Cell, file: str) -> Iterator[Problem]:
    call = re.fullmatch(r"""check\((["'])([^"']*)\1\)""", cell.source.strip())
    if call is None:
        sentence = f'A check cell holds `check("{cell.exercise}")` and nothing else.'
        yield Problem(file, cell.line, sentence)
    elif call[2] != cell.exercise:
        sentence = f'The cell calls check("{call[2]}") but its key says "{cell.exercise}".'
        yield Problem(file, cell.line, sentence)


def _predictions(source: Source) -> Iterator[Problem]:
    """What is predicted comes true or not, in both languages, in a demonstration further down."""
    for at, cell in enumerate(source.cells):
        if cell.role != "predict":
            continue
        id = f"{source.chapter}/{cell.id.removeprefix('predict-')}"
        for line, text in _texts(cell):
            if not _is_one_call(text, "predict", id):
                sentence = f'A predict cell holds `predict("{id}", …)` and nothing else.'
                yield Problem(source.file, line, sentence)
        shown = [each for each in source.cells[at + 1 :] if each.role == "demo"]
        calls = [_outcomes(each, id) for each in shown]
        if not any(calls):
            sentence = f'No demonstration below this cell says `outcome("{id}", …)`.'
            yield Problem(source.file, cell.line, sentence)
        for each, found in zip(shown, calls, strict=True):
            if any(isinstance(call.args[-1], ast.Constant) for call in found):
                sentence = f'`outcome("{id}", …)` takes what came, not what is written there.'
                yield Problem(source.file, each.line, sentence)


def _outcomes(cell: Cell, id: str) -> list[ast.Call]:
    """Return the calls of outcome() for a prediction; none unless both languages have them."""
    found = [
        [node for node in ast.walk(_tree(text)) if _calls(node, "outcome", id)]
        for _, text in _texts(cell)
    ]
    return found[0] if all(found) else []


def _is_one_call(text: str, name: str, id: str) -> bool:
    match _tree(text).body:
        case [ast.Expr(value=call)]:
            return _calls(call, name, id)
    return False


def _calls(node: ast.AST, name: str, id: str) -> TypeGuard[ast.Call]:
    match node:
        case ast.Call(func=ast.Name(id=called), args=[ast.Constant(value=first), _]):
            return (called, first) == (name, id)
    return False


def _texts(cell: Cell) -> list[tuple[int, str]]:
    """Return each language's cell line and text."""
    twin = [(cell.twin.line, cell.twin.source)] if cell.twin else []
    return [(cell.line, cell.source), *twin]


def _tree(source: str) -> ast.Module:
    """Return the code of a cell; an empty one where Python cannot read it, which _syntax tells."""
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", source))
    except SyntaxError:
        return ast.Module([], [])


def _exercises(source: Source, root: Path, catalogue: Catalogue) -> Iterator[Problem]:
    known = {exercise.id: exercise for exercise in catalogue(source.chapter)}
    at: dict[tuple[str, str], int] = {}
    for cell in source.cells:
        if cell.exercise is None:
            continue
        key = (cell.role, cell.exercise)
        if key in at:
            sentence = f"A second {cell.role} cell for {cell.exercise}: the first is in line "
            yield Problem(source.file, cell.line, f"{sentence}{at[key]}.")
        at.setdefault(key, cell.line)
    for (role, exercise), line in at.items():
        other = "check" if role == "solution" else "solution"
        if (other, exercise) not in at:
            sentence = f"{exercise} has a {role} cell, but no {other} cell."
            yield Problem(source.file, line, sentence)
        elif role == "check" and at[other, exercise] > line:
            sentence = f"The check of {exercise} stands before its solution, in line "
            yield Problem(source.file, line, f"{sentence}{at[other, exercise]}.")
        if role == "check" and (other, exercise) in at:
            continue  # what is wrong with the exercise itself is said at its solution cell
        yield from _exercise(exercise, line, source, root, known)
    named = {exercise for _, exercise in at}
    for exercise in sorted(known.keys() - named):
        yield Problem(source.file, 1, f"{exercise} has rules, but no cells in this chapter.")


def _exercise(
    exercise: str, line: int, source: Source, root: Path, known: dict[str, Asked]
) -> Iterator[Problem]:
    if exercise not in known:
        near = difflib.get_close_matches(exercise, known, n=3) or list(known)
        help_ = f"There is {', '.join(near)}." if near else f"{source.chapter} has none yet."
        yield Problem(source.file, line, f"There is no exercise {exercise!r}. {help_}")
        return
    if not known[exercise].rules:
        yield Problem(source.file, line, f"{exercise} has no rules: nothing would be judged.")
    count = len(wrong_programs(root, exercise))
    if count < MIN_WRONG_PROGRAMS:
        sentence = (
            f"{exercise} has {count} wrong programs, and needs {MIN_WRONG_PROGRAMS} or more in "
            f"tests/submissions/{exercise}/."
        )
        yield Problem(source.file, line, sentence)


def _lengths(source: Source) -> Iterator[Problem]:
    for language in LANGUAGES:
        prose = [cell for cell in source.cells if cell.role == "prose"]
        texts = [cell.twin.source if cell.twin else "" for cell in prose]
        count = sum(map(words, texts if language == "zh" else [cell.source for cell in prose]))
        if count > MAX_WORDS:
            sentence = f"The prose ({language}) has {count} words, more than {MAX_WORDS}: cut it."
            yield Problem(source.file, 1, sentence)
