"""What chapters say of the old notes can be looked up: file and lines, in old_notes.toml."""

import re
import tomllib
from pathlib import Path

import pytest

from autograder.authoring.source import Source, read

ROOT = Path(__file__).resolve().parents[2]
TABLE = tomllib.loads(Path(__file__).with_name("old_notes.toml").read_text(encoding="utf-8"))
LINES: dict[str, int] = TABLE["lines"]
CELLS: dict[str, list[str]] = TABLE["cells"]
SOURCES = {source.chapter: source for source in map(read, sorted(ROOT.glob("solutions/ch*.py")))}
# A cell speaks of them in its text, or runs a program as they have it.
NOTES = re.compile(
    r"\bold\s+(?:classroom\s+)?(?:notes|programs?|servers?|clients?)\b|\boldnotes\b"
    r"|旧(?:课堂)?(?:笔记(?!本)|讲义|程序|服务器|客户端)",
    re.IGNORECASE,
)
PLACE = re.compile(r"(?P<file>S\d)(?: L(?P<first>\d+)(?:-(?P<last>\d+))?)?")


def speaking(source: Source) -> set[str]:
    """Return the cells of a chapter that speak of the old notes, in either language."""
    return {
        f"{source.chapter}/{cell.id}"
        for cell in source.cells
        if any(map(NOTES.search, (cell.source, cell.twin.source if cell.twin else "")))
    }


@pytest.mark.parametrize("chapter", SOURCES)
def test_what_is_said_of_the_old_notes_has_its_place_there(chapter: str) -> None:
    said = {cell for cell in CELLS if cell.startswith(f"{chapter}/")}
    assert speaking(SOURCES[chapter]) == said


def test_every_chapter_of_the_table_is_there() -> None:
    assert {cell.partition("/")[0] for cell in CELLS} <= set(SOURCES)


@pytest.mark.parametrize("cell", CELLS)
def test_the_place_exists(cell: str) -> None:
    assert CELLS[cell], "no place"
    for text in CELLS[cell]:
        place = PLACE.fullmatch(text)
        assert place, f'{text!r} is not like "S3 L584" or "S3 L584-590"'
        first = int(place["first"] or 1)
        last = int(place["last"] or first)
        assert 1 <= first <= last <= LINES[place["file"]], text


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Old notes say 64 KB.", True),
        ("the old\nclassroom notes", True),
        ("from netlib.oldnotes.udp import serve", True),
        ("旧笔记说", True),
        ("旧笔记本", False),
        ("the line of the notes; a notebook", False),
    ],
)
def test_speaking_of_them_is_seen(text: str, speaks: bool) -> None:
    assert bool(NOTES.search(text)) == speaks
