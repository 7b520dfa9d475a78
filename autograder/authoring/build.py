"""From a chapter's source to its notebooks: the releases in both languages, and the solved one.

Release notebooks are nbgrader's own work (`release.py`), the solved notebook's outputs are the
kernel's (`solved.py`); here stands what goes into them and which files change. The same source
gives the same bytes every time, so whatever is in git can be checked against its source.
"""

import difflib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.lint import Asked, Catalogue, lint
from autograder.authoring.release import release_notebooks
from autograder.authoring.solved import run_notebook, same_cells
from autograder.authoring.source import LANGUAGES, Cell, Problem, Source, read, stamp
from autograder.notebooks import files
from autograder.notebooks.chapter import chapter

__all__ = [
    "Built",
    "SourceError",
    "UnknownChapter",
    "build",
    "chapters",
    "exercises_of",
    "release_path",
    "renew_page",
    "solved_path",
    "source_notebook",
    "stamp_all",
]


class SourceError(Exception):
    """A source from which no notebook can be made; `problems` says why, line by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class UnknownChapter(Exception):
    """No source has that name; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build found and did.

    Attributes:
        problems: what stopped it, or, of a check, everything there is to say.
        warnings: translations for which English stands in.
        changed: files that were written or, in a check, would be; relative to the root.
    """

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    changed: tuple[str, ...] = ()


def exercises_of(chapter: str) -> Sequence[Asked]:
    """Return the exercises that the rules declare for a chapter: the catalogue in earnest."""
    from autograder.rules import exercises  # loads the chapter's rules and what they need

    return exercises(chapter)


def chapters(root: Path, names: Sequence[str] = ()) -> list[Path]:
    """Return the sources of the chapters named ("ch04", "ch04_udp" or a path), or of all."""
    sources = {path.stem: path for path in sorted((root / "solutions").glob("ch*.py"))}
    if not names:
        return list(sources.values())
    chosen = {}
    for name in names:
        stem = Path(name).stem
        matching = [s for s in sources if stem in (s, s.partition("_")[0])]
        if not matching:
            near = difflib.get_close_matches(stem, sources, n=3, cutoff=0.3) or list(sources)
            known = f"There is {', '.join(near)}." if near else "There is none yet."
            raise UnknownChapter(f"There is no chapter {name!r} in solutions/. {known}")
        chosen.update({match: sources[match] for match in matching})
    return list(chosen.values())


def release_path(root: Path, name: str, language: str) -> Path:
    """Return where the release notebook of a chapter lies."""
    return root / "notebooks" / language / name / f"{name}.ipynb"


def solved_path(root: Path, name: str) -> Path:
    """Return where the solved and executed notebook of a chapter lies."""
    return root / "solutions" / f"{name}.ipynb"


def source_notebook(path: Path, language: str, catalogue: Catalogue = exercises_of) -> str:
    """Return a chapter as nbgrader's source notebook: solutions in it, no outputs.

    Where a translation is missing or stale, the English text stands in for it. Raises
    SourceError for anything else that is wrong in the source.
    """
    source = read(path, path.parent.parent)
    points = {exercise.id: exercise.points for exercise in catalogue(source.chapter)}
    problems = [problem for problem in source.problems if not problem.translation]
    problems += [
        Problem(source.file, cell.line, f"There is no exercise {cell.exercise!r}.")
        for cell in source.cells
        if cell.exercise and cell.exercise not in points
    ]
    if problems:
        raise SourceError(problems)
    return _notebook(source, language, points)


def stamp_all(paths: Iterable[Path], root: Path) -> list[str]:
    """Renew the hashes in Chinese cell lines; return "file: cell" for each that changed."""
    changed = []
    for path in paths:
        file = path.relative_to(root).as_posix()
        text, ids = stamp(path.read_bytes().decode("utf-8"), file)
        if ids:
            _write(path, text)
        changed += [f"{file}: {id_}" for id_ in ids]
    return changed


def build(
    paths: Sequence[Path],
    root: Path,
    *,
    check: bool = False,
    force: bool = False,
    catalogue: Catalogue = exercises_of,
    say: Callable[[str], None] = lambda line: None,
) -> Built:
    """Make the notebooks of chapters, or with check only see whether they would change.

    The solved notebook is executed when its cells changed, when it is missing, or with force:
    its outputs hold measurements, and renewing those is a decision. Nothing is made while any
    of the sources has a problem.
    """
    sources = [read(path, root) for path in paths]
    found = [problem for source in sources for problem in lint(source, root, catalogue)]
    warnings = tuple(problem for problem in found if problem.translation)
    problems = tuple(problem for problem in found if not problem.translation)
    if problems:
        return Built(tuple(found) if check else problems, () if check else warnings)
    texts = {
        f"{source.name}.{language}": source_notebook(path, language, catalogue)
        for path, source in zip(paths, sources, strict=True)
        for language in LANGUAGES
    }
    changed = []
    for key, text in (release_notebooks(texts) if texts else {}).items():
        name, _, language = key.partition(".")
        changed += _renew(release_path(root, name, language), text, root, write=not check)
    # the chapter's own checks read its release: that must be there before the cells run
    failed: list[Problem] = []
    for source in sources:
        path = solved_path(root, source.name)
        text = texts[f"{source.name}.en"]
        if same_cells(text, path) and not (force and not check):
            continue
        if check:
            changed.append(path.relative_to(root).as_posix())
            continue
        say(f"running the cells of {source.name}")
        run = run_notebook(text, root)
        if run.error is not None:
            lines = {cell.id: cell.line for cell in source.cells}
            sentence = f"This cell does not run: {run.error}"
            failed.append(Problem(source.file, lines.get(run.cell, 1), sentence))
            continue
        changed += _renew(path, run.text, root, write=True)
    if check:
        return Built(warnings, (), tuple(changed))
    return Built(tuple(failed), warnings, tuple(changed))


def renew_page(page: Callable[[str], str], name: str, root: Path, *, write: bool) -> list[str]:
    """Renew a page that stands beside the chapters, in each language; return what changed.

    page(language) is a notebook's text, made from chapters that are built.
    """
    chapter.cache_clear()
    changed = []
    for language in LANGUAGES:
        path = root / "notebooks" / language / f"{name}.ipynb"
        changed += _renew(path, page(language), root, write=write)
    return changed


def _notebook(source: Source, language: str, points: dict[str, float]) -> str:
    cells = [_cell(cell, language, points) for cell in source.cells]
    return files.notebook(cells, {"chapter": source.name, "language": language})


def _cell(cell: Cell, language: str, points: dict[str, float]) -> dict[str, object]:
    metadata: dict[str, object] = {"tags": list(cell.tags)} if cell.tags else {}
    if cell.role == "prose":
        return files.prose(cell.id, cell.text(language), metadata)
    ours = {"role": cell.role}
    if cell.exercise is not None:
        check = cell.role == "check"
        ours["exercise"] = cell.exercise
        graded = {"grade": check, "solution": not check, "locked": check, "task": False}
        worth = {"points": points[cell.exercise]} if check else {}
        metadata["nbgrader"] = {**graded, **worth, "grade_id": cell.id, "schema_version": 3}
    metadata["live_sockets"] = ours
    return files.code(cell.id, cell.text(language), metadata)


def _renew(path: Path, text: str, root: Path, *, write: bool) -> list[str]:
    if path.is_file() and path.read_bytes() == text.encode():
        return []
    if write:
        _write(path, text)
    return [path.relative_to(root).as_posix()]


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all: whoever reads it meanwhile gets the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(text.encode())
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
