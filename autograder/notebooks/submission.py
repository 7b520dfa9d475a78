"""Reads a notebook that nobody has vouched for.

Whatever the file holds, `read` returns a `Submission`: what cannot be used is left out, and
a sentence in `notes` says so. Nothing of the file is run, parsed as Python or opened again.
Which of its cells is which cell of the release is told by `placing`.
"""

import codecs
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.notebooks.placing import LANGUAGES, LoadCell, Seen, loadable
from autograder.text.wording import Text

__all__ = ["MAX_BYTES", "LoadCell", "Seen", "Submission", "content", "loadable", "read", "said_by"]

# A chapter with every output of its cells is below 1 MB, and one with the output of a loop that
# printed all night has several; 10 MB take json 0.4 s and 240 MB at worst, which a class of hostile
# files cannot turn into a stop.
MAX_BYTES = 10_000_000
MAX_CELLS = 1_000  # ten times the longest chapter
MAX_TEXT = 500_000  # characters in all cells together; ten times the longest chapter
MAX_SHOWN = 20_000  # characters of a cell that is only shown; an honest one has hundreds

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEPT_LABEL = re.compile(r"added-(\d{1,4})")  # see nbgrader_bridge: ids of rebuilt added cells
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Submission:
    """The cells of a submitted notebook, in order, and what was wrong with the file.

    Attributes:
        language: the language that the notebook says it is in: "en" or "zh".
        notes: sentences; they name cells by number and quote nothing of the file.
        unreadable: the one of them that says why nothing of the file could be used.
    """

    cells: tuple[Seen, ...] = ()
    language: str = "en"
    notes: tuple[Text, ...] = ()
    unreadable: Text | None = None


def read(source: str | os.PathLike[str] | bytes) -> Submission:
    """Read a notebook from a file or from its bytes; bad content becomes notes."""
    notes: list[Text] = []
    try:
        data = source if isinstance(source, bytes) else _bytes(Path(source))
        if len(data) > MAX_BYTES:
            most = f"{MAX_BYTES // 1_000_000} MB"
            raise _Unreadable(
                f"is larger than {most}: clear its outputs", f"超过 {most}：请清除输出"
            )
        notebook = _parse(_text(data, notes))
        raw_cells = _raw_cells(notebook, notes)
    except _Unreadable as problem:
        why = problem.text
        note = Text(
            f"The notebook {why.en}. It was graded as an empty one.",
            f"这个 notebook {why.zh}，按空的 notebook 评分。",
        )
        return Submission(notes=(note,), unreadable=note)
    cells = tuple(_cells(raw_cells, notes))
    return Submission(cells, _said(notebook)[1], tuple(dict.fromkeys(notes)))


def said_by(data: bytes) -> tuple[str | None, str]:
    """Return chapter and language that a notebook gives in its metadata, if it gives any."""
    try:
        return _said(_parse(_text(data[: MAX_BYTES + 1], [])))
    except _Unreadable:
        return None, LANGUAGES[0]


def content(path: Path) -> bytes:
    """Return what `read` would look at: the file, at most a byte more than it may have.

    Nothing if it is no regular file or cannot be read.
    """
    try:
        return _bytes(path)
    except _Unreadable:
        return b""


class _Unreadable(Exception):
    """Nothing of the file can be used; text completes "The notebook ..."."""

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.text = Text(english, chinese)


def _bytes(path: Path) -> bytes:
    # O_NONBLOCK: opening a FIFO must not wait for a writer that never comes.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise _Unreadable("is not there", "不存在") from None
    except OSError as error:  # ELOOP: a symbolic link; ENXIO: a socket
        why = error.strerror
        raise _Unreadable(
            f"cannot be opened as a regular file ({why})", f"无法作为普通文件打开（{why}）"
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _Unreadable("is not a regular file", "不是普通文件")
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        why = error.strerror
        raise _Unreadable(f"cannot be read ({why})", f"无法读取（{why}）") from None
    finally:
        os.close(descriptor)


def _text(data: bytes, notes: list[Text]) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16", "gb18030", "latin-1")
    else:
        encodings = ("utf-8-sig", "gb18030", "latin-1")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "utf-8-sig" and _is_damaged(data):
                notes.append(_DAMAGED)
                return data.decode("utf-8-sig", "replace")
            continue
        if encoding != "utf-8-sig":
            name = encoding.upper()
            notes.append(
                Text(
                    f"The file is not in UTF-8; it was read as {name}.",
                    f"文件不是 UTF-8 编码，按 {name} 读取。",
                )
            )
        return text
    raise AssertionError("latin-1 decodes every byte")


_DAMAGED = Text(
    "The file has bytes that are no UTF-8; they were replaced.",
    "文件里有不是 UTF-8 的字节，已被替换。",
)


def _is_damaged(data: bytes) -> bool:
    """Tell UTF-8 with a few bad bytes, as a disk or an editor leaves it, from another encoding.

    Of what is no ASCII, hardly anything of another encoding is right by chance.
    """
    replaced = data.decode("utf-8-sig", "replace")
    bad = replaced.count("\ufffd")
    right = sum(1 for letter in replaced if letter > "\x7f") - bad
    return right > 2 * bad


def _parse(text: str) -> dict[str, Any]:
    text = text.strip("\0 \t\r\n\ufeff")  # NULs behind the end: a disk that was full
    if not text:
        raise _Unreadable("is an empty file", "是空文件")
    try:
        notebook = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        line, why = error.lineno, error.msg
        raise _Unreadable(
            f"is not JSON (line {line}: {why})", f"不是 JSON（第 {line} 行：{why}）"
        ) from None
    except (ValueError, RecursionError):  # a number of 5,000 digits; lists in lists in lists
        raise _Unreadable(
            "is JSON that no notebook program writes", "是任何 notebook 程序都不会写出的 JSON"
        ) from None
    if not isinstance(notebook, dict):
        raise _Unreadable("is JSON, but not a notebook", "是 JSON，但不是 notebook")
    return notebook


def _raw_cells(notebook: dict[str, Any], notes: list[Text]) -> list[tuple[int, Any]]:
    """Return the cells that hold something, each with its number."""
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets := notebook.get("worksheets"), list):
        notes.append(
            Text(
                "The notebook is in the old format 3; its worksheets were read.",
                "这个 notebook 是旧的第 3 版格式，已读取其中的 worksheets。",
            )
        )
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for part in found if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise _Unreadable("has no list of cells", "没有单元格列表")
    if not cells:
        notes.append(Text("The notebook has no cells.", "这个 notebook 没有单元格。"))
    numbered = list(enumerate(cells, 1))
    if len(numbered) > MAX_CELLS:
        numbered = [each for each in numbered if not _is_empty(each[1])]
    if len(numbered) > MAX_CELLS:
        notes.append(
            Text(
                f"The notebook has {len(cells)} cells; the first {MAX_CELLS} were read.",
                f"这个 notebook 有 {len(cells)} 个单元格，只读取了前 {MAX_CELLS} 个。",
            )
        )
    return numbered[:MAX_CELLS]


def _is_empty(cell: Any) -> bool:
    """Tell a cell that holds nothing at all: a key that is held down makes a thousand of them."""
    return isinstance(cell, dict) and cell.get("source", cell.get("input")) in ("", [])


def _cells(raw_cells: Iterable[tuple[int, Any]], notes: list[Text]) -> Iterator[Seen]:
    length = 0
    for number, raw in raw_cells:
        if not isinstance(raw, dict):
            notes.append(
                Text(
                    f"Cell {number} is not a cell and was left out.",
                    f"第 {number} 个单元格不是单元格，已被跳过。",
                )
            )
            continue
        kind = raw.get("cell_type")
        if kind not in ("code", "markdown"):
            kind = "markdown" if kind in ("heading", "html") else "raw"  # format 3 had those
        source = _source(raw.get("source", raw.get("input")), number, notes)
        # A picture may be pasted into what is no code: nothing of that is run.
        length += len(source) if kind == "code" else min(len(source), MAX_SHOWN)
        if length > MAX_TEXT:
            notes.append(
                Text(
                    f"The cells hold more than {MAX_TEXT} characters; cell {number} and "
                    "those behind it were left out.",
                    f"单元格一共超过 {MAX_TEXT} 个字符，从第 {number} 个单元格起都被跳过。",
                )
            )
            return
        cell_id = _name(raw.get("id"))
        kept = _KEPT_LABEL.fullmatch(cell_id or "")
        label = f"cell {int(kept[1]) if kept else number}"
        yield Seen(cell_id, source, kind, label, _grade_id(raw.get("metadata")))


def _source(value: Any, number: int, notes: list[Text]) -> str:
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines):
        notes.append(
            Text(
                f"Cell {number} has a source that is not text; only the text was read.",
                f"第 {number} 个单元格的内容不全是文本，只读取了文本部分。",
            )
        )
    text = "".join(line for line in lines if isinstance(line, str))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = _LONE_SURROGATE.sub("\ufffd", text).replace("\0", "\ufffd")
    if clean != text:
        notes.append(
            Text(
                f"Cell {number} has characters that no text may have; they were replaced.",
                f"第 {number} 个单元格里有文本不允许的字符，已被替换。",
            )
        )
    return clean


def _grade_id(metadata: Any) -> str | None:
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return _name(nbgrader.get("grade_id")) if isinstance(nbgrader, dict) else None


def _name(value: Any) -> str | None:
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def _said(notebook: dict[str, Any]) -> tuple[str | None, str]:
    metadata = notebook.get("metadata")
    ours = metadata.get("live_sockets") if isinstance(metadata, dict) else None
    given: dict[str, Any] = ours if isinstance(ours, dict) else {}
    chapter, language = given.get("chapter"), given.get("language")
    if not isinstance(language, str) or language not in LANGUAGES:
        language = LANGUAGES[0]
    return (chapter if isinstance(chapter, str) else None), language
