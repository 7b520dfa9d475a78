"""A submission as a notebook that may be shown and judged: the release, filled by the student.

The release's cells stand in their order: solutions, predictions and demos with the student's
text, all others as released; cells that the student added stand where they were. Whatever else
the student wrote becomes text that no browser can take for anything else. Outputs,
attachments, tags and widget states stay behind. Reading the result with `submission.read`
and `placing.loadable` gives just what the submission itself gives.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

from autograder.notebooks.chapter import ROOT, chapter
from autograder.notebooks.files import NotebookNode, reads, v4
from autograder.notebooks.placing import LANGUAGES, Seen, Slot, place, same_text
from autograder.notebooks.submission import MAX_CELLS, MAX_SHOWN, Submission

__all__ = ["KEY", "as_text", "notes_of", "rebuild", "unreadable"]

KEY = "live_sockets"
"""Our key in the metadata of notebooks and cells."""

_STUDENTS = frozenset({"solution", "predict", "demo"})  # roles that show the student's text


def rebuild(submission: Submission, name: str) -> NotebookNode:
    """Lay a submission on the release of a chapter, in the submission's language.

    Raises LookupError if the chapter has not been built.
    """
    languages = [language for language in LANGUAGES if _is_built(name, language)]
    language = submission.language if submission.language in languages else LANGUAGES[0]
    placement = place(submission.cells, chapter(name, language))
    notebook = _release(name, language)
    released = {cell.id: cell for cell in notebook.cells}
    texts: dict[str, list[str]] = {}
    for version in languages:
        for cell in chapter(name, version).cells:
            texts.setdefault(cell.id, []).append(cell.source)
    cells: list[NotebookNode] = []
    for slot in placement.slots:
        cells += map(_added, slot.before)
        cells += _filled(slot, released[slot.cell.id], texts[slot.cell.id])
    cells += map(_added, placement.last)
    notebook.cells = _with_distinct_ids(
        cell for cell in cells if cell.source.strip() or cell.id in released
    )
    ours = notebook.metadata.setdefault(KEY, {})
    ours["notes"] = [note.in_(language) for note in (*submission.notes, *placement.notes)]
    if submission.unreadable is not None:
        ours["notes"] = [submission.unreadable.in_(language)]  # all cells are missing, of course
        ours["unreadable"] = submission.unreadable.in_(language)
    return notebook


def notes_of(notebook: NotebookNode) -> list[str]:
    """Return the notes that `rebuild` left in a notebook."""
    return [str(note) for note in notebook.metadata.get(KEY, {}).get("notes", [])]


def unreadable(notebook: NotebookNode) -> str | None:
    """Return why `rebuild` could read nothing of a submission, if that is so."""
    said = notebook.metadata.get(KEY, {}).get("unreadable")
    return None if said is None else str(said)


def as_text(text: str, kept: str = " ") -> str:
    """Write every sign but letters, digits and those in kept as its number.

    That leaves nothing in it that Markdown, HTML or MathJax could act on.
    """
    return "".join(sign if sign.isalnum() or sign in kept else f"&#{ord(sign)};" for sign in text)


def _is_built(name: str, language: str) -> bool:
    try:
        chapter(name, language)
    except LookupError:
        return False
    return True


def _release(name: str, language: str) -> NotebookNode:
    release = chapter(name, language)  # names the chapters that there are, if this is none
    path = ROOT / "notebooks" / language / release.name / f"{release.name}.ipynb"
    return reads(path.read_text(encoding="utf-8"))


def _filled(slot: Slot, released: NotebookNode, texts: list[str]) -> Iterator[NotebookNode]:
    cell = copy.deepcopy(released)
    left_over = [seen for seen in slot.spare if not _is_any(seen.source, texts)]
    if slot.seen is not None:
        if slot.cell.role in _STUDENTS:
            cell.source = slot.seen.source
        elif not _is_any(slot.seen.source, texts):
            left_over.insert(0, slot.seen)
    yield cell
    yield from map(_shown, left_over)


def _is_any(source: str, texts: Iterable[str]) -> bool:
    return any(same_text(source, text) for text in texts)


def _added(seen: Seen) -> NotebookNode:
    if seen.kind != "code":
        return _shown(seen)
    return _cell("code", seen, seen.source)


def _shown(seen: Seen) -> NotebookNode:
    """A cell as text: one line of one HTML block, to every reader of Markdown."""
    text = seen.source[:MAX_SHOWN]
    if len(seen.source) > MAX_SHOWN:
        text += f"\n... ({len(seen.source) - MAX_SHOWN} more characters)"
    return _cell("markdown", seen, f"<pre>{as_text(text)}</pre>" if text.strip() else "")


def _cell(kind: str, seen: Seen, source: str) -> NotebookNode:
    make: Any = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    number = re.sub(r"\D", "", seen.label) or "0"  # submission.read makes the label of it again
    cell = make(source, id=f"added-{number}", metadata={KEY: {"role": "added"}})
    assert isinstance(cell, NotebookNode)
    return cell


def _with_distinct_ids(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    distinct: dict[str, NotebookNode] = {}
    for cell in cells:
        while cell.id in distinct:  # a forged label, or a cell shown beside the one that counts
            cell.id = f"added-{int(cell.id.rpartition('-')[2]) + MAX_CELLS}"
        distinct[cell.id] = cell
    return list(distinct.values())
