"""A chapter's source: one py:percent file read into cells, each English one with its Chinese twin.

What a chapter must hold as a whole is in `lint.py`; notebooks are made in `build.py`. Reading
never stops at the first problem: an author hears of all of them, by file and line, at once.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.authoring.cell_line import ROLES, Problem, read_keys
from autograder.notebooks.files import without_a_grammar

with without_a_grammar():
    import jupytext  # type: ignore[import-untyped]  # it ships no types

__all__ = ["LANGUAGES", "Cell", "Problem", "Source", "Twin", "digest", "parse", "read", "stamp"]

LANGUAGES = ("en", "zh")
_CELL_LINE = re.compile(r"\ufeff?# ?%%(?=$|[\s%])(.*)")
_OF = re.compile(r'\bof=(?:"[^"]*"|\S+)')


@dataclass(frozen=True, slots=True)
class Twin:
    """The Chinese cell of a pair; `of` is the digest of the English text that it translates."""

    line: int
    source: str
    of: str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a chapter, in both languages.

    Attributes:
        line: number of its (English) cell line in the file, from 1.
        role: prose, demo, setup, predict, solution or check; "" when the source gives none.
        source: the English text, or the code that both languages share.
    """

    line: int
    id: str
    role: str
    source: str
    exercise: str | None = None
    tags: tuple[str, ...] = ()
    lang: str | None = None
    twin: Twin | None = None

    @property
    def fresh(self) -> bool:
        """Whether the Chinese twin translates the English text as it is now."""
        return self.twin is not None and self.twin.of == digest(self.source)

    def text(self, language: str) -> str:
        """Return the cell in one language: English where the Chinese is missing or stale."""
        if language == "zh" and self.twin is not None and self.fresh:
            return self.twin.source
        return self.source


@dataclass(frozen=True, slots=True)
class Source:
    """A chapter as its source file holds it; `file` is the name that problems cite."""

    file: str
    name: str
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]

    @property
    def chapter(self) -> str:
        """The chapter's number, as exercise ids begin with it: "ch04" of "ch04_udp"."""
        return self.name.partition("_")[0]


@dataclass(frozen=True, slots=True)
class _Raw:
    line: int
    markdown: bool
    tokens: str
    source: str


def digest(text: str) -> str:
    """Return the short hash by which a translation names the English text it was made from."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def read(path: Path, root: Path | None = None) -> Source:
    """Read the source of a chapter; problems name the file relative to root."""
    file = path.relative_to(root).as_posix() if root else path.as_posix()
    try:
        return parse(path.read_text(encoding="utf-8"), file)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problem = Problem(file, line, "This line is not UTF-8. Save the file as UTF-8.")
        return Source(file, path.stem, (), (problem,))


def parse(text: str, file: str) -> Source:
    """Read a chapter from the text of its source."""
    problems: list[Problem] = []
    cells = [_cell(raw, file, problems) for raw in _raw_cells(text, file, problems)]
    paired = tuple(_pairs(cells, file, problems))
    problems.extend(_duplicates(paired, file))
    ordered = tuple(sorted(problems, key=lambda problem: problem.line))
    return Source(file, Path(file).stem, paired, ordered)


def stamp(text: str, file: str) -> tuple[str, tuple[str, ...]]:
    """Write into every Chinese cell line the digest of its English text, touching nothing else.

    Returns the new text and the ids of the cells whose stamp changed.
    """
    lines = text.split("\n")
    changed = []
    for cell in parse(text.replace("\r\n", "\n"), file).cells:
        if cell.twin is None or cell.fresh:
            continue
        line = lines[cell.twin.line - 1]
        of = f'of="{digest(cell.source)}"'
        if cell.twin.of is None and not _OF.search(line):
            lines[cell.twin.line - 1] = f"{line.rstrip()} {of}" + "\r" * line.endswith("\r")
        else:
            lines[cell.twin.line - 1] = _OF.sub(of, line, count=1)
        changed.append(cell.id)
    return "\n".join(lines), tuple(changed)


def _raw_cells(text: str, file: str, problems: list[Problem]) -> list[_Raw]:
    lines = text.split("\n")
    marks = [n for n, line in enumerate(lines) if _CELL_LINE.match(line)]
    if not marks:
        problems.append(Problem(file, 1, "There is no cell: cells begin with a line `# %%`."))
        return []
    before = [n for n, line in enumerate(lines[: marks[0]], 1) if line.strip() and line[0] != "#"]
    if before:
        problems.append(
            Problem(file, before[0], "This stands before the first `# %%`, in no cell.")
        )
    raws, bare = [], []
    for mark, end in zip(marks, [*marks[1:], len(lines)], strict=True):
        match = _CELL_LINE.match(lines[mark])
        assert match is not None
        kind = re.match(r"\s*\[(\w+)\]", match[1])
        markdown = kind is not None and kind[1] in ("markdown", "md")
        if kind and not markdown:
            sentence = f"A cell is code or [markdown], not [{kind[1]}]."
            problems.append(Problem(file, mark + 1, sentence))
        raws.append(_Raw(mark + 1, markdown, match[1][kind.end() if kind else 0 :], ""))
        bare += ["# %% [markdown]" if markdown else "# %%", *lines[mark + 1 : end]]
    # jupytext sees no keys: it guesses at broken ones, and its guesses are no help to an author
    bodies = jupytext.reads("\n".join(bare), fmt="py:percent").cells
    if len(bodies) != len(raws):
        sentence = "A `# %%` stands where it begins no cell, in a string perhaps."
        problems.append(Problem(file, marks[0] + 1, sentence))
        return []
    return [replace(raw, source=body.source) for raw, body in zip(raws, bodies, strict=True)]


def _cell(raw: _Raw, file: str, problems: list[Problem]) -> Cell:
    keys = read_keys(raw.tokens, file, raw.line, problems)
    given = [role for role in ROLES if role in keys]
    role = "prose" if raw.markdown else (given[0] if given else "")

    def problem(sentence: str) -> None:
        problems.append(Problem(file, raw.line, sentence))

    if "id" not in keys:
        problem('This cell has no id. Give it one that stays: id="what-it-is-about".')
    if raw.markdown and given:
        problem(f"Prose has no role, but this cell says {given[0]!r}.")
    if not raw.markdown and not given:
        problem(f"This code cell has no role: give it one of {', '.join(ROLES)}.")
    if not raw.markdown and len(given) > 1:
        problem(f"This code cell has {len(given)} roles, {' and '.join(given)}: keep one.")
    if raw.markdown and "lang" not in keys:
        problem('This prose does not say its language: lang="en" or lang="zh".')
    paired = raw.markdown or role in ("demo", "predict")
    if "lang" in keys and not paired:
        keys = {key: value for key, value in keys.items() if (key, value) != ("lang", "en")}
        problem("Only prose, demonstrations and predictions come in two languages.")
    if "of" in keys and keys.get("lang") != "zh":
        problem("Only a Chinese cell has the key 'of'.")
    exercise = keys.get(role) if role in ("solution", "check") else None
    tags, of = keys.get("tags"), keys.get("of")
    twin = Twin(raw.line, raw.source, of if isinstance(of, str) else None)
    return Cell(
        line=raw.line,
        id=str(keys.get("id", "")),
        role=role,
        source=raw.source,
        exercise=exercise if isinstance(exercise, str) else None,
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        lang=str(keys["lang"]) if keys.get("lang") in LANGUAGES else None,
        twin=twin if keys.get("lang") == "zh" else None,
    )


def _pairs(cells: list[Cell], file: str, problems: list[Problem]) -> Iterator[Cell]:
    waiting: Cell | None = None
    for cell in [*cells, None]:
        if cell is not None and cell.twin is not None:
            if waiting is None or (waiting.id, waiting.role) != (cell.id, cell.role):
                sentence = f"The Chinese {cell.id!r} does not stand right after its English cell."
                problems.append(Problem(file, cell.line, sentence))
                continue
            waiting = replace(waiting, twin=cell.twin)
        if waiting is not None:
            problems.extend(_translation(waiting, file))
            yield waiting
            waiting = None
        if cell is not None and cell.lang == "en":
            waiting = cell
        elif cell is not None and cell.lang is None:
            yield cell


def _translation(cell: Cell, file: str) -> Iterator[Problem]:
    if cell.twin is None:
        sentence = f"The cell {cell.id!r} has no Chinese twin: write one right after it."
        yield Problem(file, cell.line, sentence, translation=True)
    elif not cell.fresh:
        sentence = (
            f"The Chinese of {cell.id!r} translates an older English text. Bring it up to date, "
            "then run `autograder build --stamp`."
        )
        yield Problem(file, cell.twin.line, sentence, translation=True)


def _duplicates(cells: tuple[Cell, ...], file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for cell in cells:
        if cell.id and first.setdefault(cell.id, cell.line) != cell.line:
            sentence = f"The id {cell.id!r} is already that of the cell in line {first[cell.id]}."
            yield Problem(file, cell.line, sentence)
