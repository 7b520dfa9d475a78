"""Reading notebooks that nobody has vouched for, and finding the release's cells in them."""

import codecs
import json
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.notebooks import placing, rebuild
from autograder.notebooks.chapter import Cell, Chapter
from autograder.notebooks.placing import LoadCell, Seen, loadable, place
from autograder.notebooks.submission import MAX_BYTES, MAX_CELLS, MAX_TEXT, Submission, read
from autograder.text.wording import Text

STUB = (
    'def echo(data):\n    """Return data."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
)
STUB_2 = "def twice(data):\n    # YOUR CODE HERE\n    raise NotImplementedError()"

RELEASE = Chapter(
    "ch99_echo",
    "en",
    (
        Cell("opening", "prose", "# An echo"),
        Cell("imports", "demo", "from autograder import check"),
        Cell("given", "setup", "LIMIT = 4"),
        Cell("predict-it", "predict", "my_prediction = ..."),
        Cell("echo", "solution", STUB, "ch99/echo"),
        Cell("check-echo", "check", 'check("ch99/echo")', "ch99/echo"),
        Cell("twice", "solution", STUB_2, "ch99/twice"),
        Cell("check-twice", "check", 'check("ch99/twice")', "ch99/twice"),
    ),
)
CHINESE = Chapter(
    "ch99_echo",
    "zh",
    (
        Cell("opening", "prose", "# 回显"),
        Cell("imports", "demo", "from autograder.zh import check"),
        *RELEASE.cells[2:],
    ),
)
ECHO = "def echo(data):\n    return data"
TWICE = "def twice(data):\n    return data + data"


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two built languages of a chapter with two exercises."""

    def chapter(name: str, language: str = "en") -> Chapter:
        return {"en": RELEASE, "zh": CHINESE}[language]

    monkeypatch.setattr(placing, "chapter", chapter)
    monkeypatch.setattr(rebuild, "chapter", chapter)


def seen(**changed: str | None) -> list[Seen]:
    """The release as a learner has it, with some cells' text changed or (None) missing."""
    cells = []
    for cell in RELEASE.cells:
        source = changed.get(cell.id.replace("-", "_"), cell.source)
        if source is not None:
            kind = "markdown" if cell.role == "prose" else "code"
            cells.append(Seen(cell.id, source, kind, grade_id=cell.id))
    return cells


def notebook(cells: Any, **more: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, **more}).encode()


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


def whole(label: str, source: str) -> LoadCell:
    return LoadCell(label, source, whole=True)


def added(label: str, source: str) -> LoadCell:
    return LoadCell(label, source, whole=False)


def english(notes: tuple[Text, ...]) -> tuple[str, ...]:
    assert all(note.zh.endswith("。") for note in notes)
    return tuple(note.en for note in notes)


GIVEN = whole("given", "LIMIT = 4")

# -- reading -------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["a = 1\nb = 2", ["a = 1\n", "b = 2"]])
def test_a_source_may_be_one_string_or_a_list_of_lines(source: object) -> None:
    assert read(notebook([code(source)])).cells == (Seen(None, "a = 1\nb = 2", label="cell 1"),)


@pytest.mark.parametrize(
    ("data", "language"),
    [
        (notebook([], metadata={"live_sockets": {"language": "zh"}}), "zh"),
        (notebook([], metadata={"live_sockets": {"language": "../../etc"}}), "en"),
        (notebook([], metadata={"live_sockets": {"language": ["zh"]}}), "en"),
        (notebook([], metadata=[1]), "en"),
    ],
)
def test_the_language_is_one_of_ours(data: bytes, language: str) -> None:
    submission = read(data)
    assert submission.language == language
    assert english(submission.notes) == ("The notebook has no cells.",)


def text_notebook(text: str) -> str:
    cells = [{"cell_type": "code", "source": text, "metadata": {}}]
    return json.dumps({"cells": cells}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("gb18030", ("The file is not in UTF-8; it was read as GB18030.",)),
        ("utf-16", ("The file is not in UTF-8; it was read as UTF-16.",)),
    ],
)
def test_wrong_encodings_are_read_and_named(encoding: str, notes: tuple[str, ...]) -> None:
    submission = read(text_notebook("text = '你好，世界'").encode(encoding))
    assert [cell.source for cell in submission.cells] == ["text = '你好，世界'"]
    assert english(submission.notes) == notes


@pytest.mark.parametrize("bad", [b"\xff", b"\xe4\xbd", b"\xc0\x80"])
def test_a_bad_byte_costs_what_it_was_and_no_more(bad: bytes) -> None:
    data = text_notebook("'@'; text = '你好，世界' * 7; 人数 = 3").encode().replace(b"@", bad)
    submission = read(data)
    (cell,) = submission.cells
    assert cell.source.endswith("text = '你好，世界' * 7; 人数 = 3")
    assert english(submission.notes) == (
        "The file has bytes that are no UTF-8; they were replaced.",
    )


def test_a_byte_order_mark_may_stand_at_either_end() -> None:
    data = codecs.BOM_UTF8 + notebook([code("x")]) + codecs.BOM_UTF8 + b"\n"
    assert read(data) == read(notebook([code("x")]))


def test_bytes_in_no_encoding_are_still_read() -> None:
    data = text_notebook("x = '@'").encode().replace(b"@", b"\xe9\xff")
    assert english(read(data).notes) == ("The file is not in UTF-8; it was read as LATIN-1.",)


def test_worksheets_of_format_3_are_read() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1"]}, {"cell_type": "heading"}]}
    submission = read(json.dumps({"nbformat": 3, "worksheets": [sheet, 7]}).encode())
    assert submission.cells[0] == Seen(None, "x = 1", label="cell 1")
    assert submission.notes[0].en == (
        "The notebook is in the old format 3; its worksheets were read."
    )


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is an empty file"),
        (b"\0\0\0\0", "is an empty file"),
        (b"PK\x03\x04", "is not JSON (line 1: Expecting value)"),
        (b'{"cells": [', "is not JSON (line 1: Expecting value)"),
        (b"[" * 100_000, "is JSON that no notebook program writes"),
        (b'{"cells": ' + b"9" * 5_000 + b"}", "is JSON that no notebook program writes"),
        (b"[]", "is JSON, but not a notebook"),
        (b'"cells"', "is JSON, but not a notebook"),
        (b"{}", "has no list of cells"),
        (b'{"cells": {"0": {}}}', "has no list of cells"),
        (b'{"worksheets": 1}', "has no list of cells"),
        (b" " * (MAX_BYTES + 1), "is larger than 10 MB: clear its outputs"),
    ],
)
def test_an_unreadable_notebook_is_an_empty_one_that_says_why(data: bytes, why: str) -> None:
    note = f"The notebook {why}. It was graded as an empty one."
    submission = read(data)
    assert submission.cells == ()
    assert english(submission.notes) == (note,)


@pytest.mark.parametrize(
    ("cell", "expected", "note"),
    [
        (7, None, "Cell 1 is not a cell and was left out."),
        (code(None), "", "Cell 1 has a source that is not text; only the text was read."),
        (code(["a", 1]), "a", "Cell 1 has a source that is not text; only the text was read."),
        (
            code("a = '\0'"),
            "a = '\ufffd'",
            "Cell 1 has characters that no text may have; they were replaced.",
        ),
        (
            code("a = '\ud800'"),
            "a = '\ufffd'",
            "Cell 1 has characters that no text may have; they were replaced.",
        ),
        (code("a\r\nb\rc"), "a\nb\nc", None),
    ],
)
def test_a_broken_cell_costs_no_other(cell: object, expected: str | None, note: str) -> None:
    submission = read(notebook([cell, code("x = 1")]))
    assert [c.source for c in submission.cells] == [s for s in (expected, "x = 1") if s is not None]
    assert english(submission.notes) == ((note,) if note else ())


@pytest.mark.parametrize("identity", [7, "a b", "", "x" * 65, None, ["echo"], {"a": 1}])
def test_an_id_that_is_none_is_none(identity: object) -> None:
    metadata = {"nbgrader": {"grade_id": identity}}
    (cell,) = read(notebook([code("", id=identity, metadata=metadata)])).cells
    assert (cell.id, cell.grade_id) == (None, None)


def test_cells_and_text_have_a_limit() -> None:
    many = read(notebook([code("x")] * (MAX_CELLS + 1)))
    assert len(many.cells) == MAX_CELLS
    assert english(many.notes) == (
        f"The notebook has {MAX_CELLS + 1} cells; the first 1000 were read.",
    )
    held = read(notebook([code("")] * MAX_CELLS + [code("x"), code([])]))
    assert held.cells == (Seen(None, "x", label=f"cell {MAX_CELLS + 1}"),)
    assert held.notes == ()
    picture = {"cell_type": "markdown", "source": "x" * MAX_TEXT}
    assert read(notebook([picture, code("x")])).cells[1].source == "x"
    long = read(notebook([code("x"), code("x" * MAX_TEXT), code("y")]))
    assert [cell.source for cell in long.cells] == ["x"]
    assert english(long.notes) == (
        "The cells hold more than 500000 characters; cell 2 and those behind it were left out.",
    )


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    right = tmp_path / "right.ipynb"
    right.write_bytes(notebook([code("x")]))
    os.mkfifo(tmp_path / "fifo.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "link.ipynb").symlink_to(right)
    (tmp_path / "zero.ipynb").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket.ipynb"))
    notes = {path.stem: read(path) for path in tmp_path.iterdir()}
    assert notes.pop("right").cells
    for name in ("fifo", "folder"):
        assert english(notes[name].notes) == (
            "The notebook is not a regular file. It was graded as an empty one.",
        )
    for name in ("link", "zero", "socket"):
        assert notes[name].notes[0].en.startswith("The notebook cannot be opened as a regular file")
    assert not any(submission.cells for submission in notes.values())
    missing = read(tmp_path / "missing.ipynb")
    assert english(missing.notes) == ("The notebook is not there. It was graded as an empty one.",)


# -- what the guest loads ------------------------------------------------------------------


def test_an_untouched_notebook_loads_setup_and_stubs() -> None:
    assert loadable(seen(), RELEASE) == (GIVEN, whole("echo", STUB), whole("twice", STUB_2))
    assert place(seen(), RELEASE).notes == ()


def test_solutions_and_added_cells_load_in_order_and_the_rest_never() -> None:
    cells = seen(echo=ECHO, twice=TWICE, imports="import os", predict_it="my_prediction = 3")
    cells.insert(5, Seen("new", "import helper", label="cell 6"))
    cells.insert(3, Seen("new-2", "# notes", "markdown"))
    assert loadable(cells, RELEASE) == (
        GIVEN,
        whole("echo", ECHO),
        added("cell 6", "import helper"),
        whole("twice", TWICE),
    )


@pytest.mark.parametrize("given", ["LIMIT = 10**9", None])
def test_setup_is_the_releases_text(given: str | None) -> None:
    placement = place(seen(given=given), RELEASE)
    assert loadable(seen(given=given), RELEASE)[0] == GIVEN
    changed = "The setup cell given was changed: the released text is used."
    assert english(placement.notes) == ((changed,) if given else ())


def test_a_chinese_notebook_fits_the_english_release() -> None:
    cells = [
        Seen(cell.id, {"echo": ECHO}.get(cell.id, cell.source), "code" if i else "markdown")
        for i, cell in enumerate(CHINESE.cells)
    ]
    assert loadable(cells, RELEASE) == (GIVEN, whole("echo", ECHO), whole("twice", STUB_2))


def test_a_kernel_that_knows_no_ids_tells_cells_by_their_text() -> None:
    run = ["from autograder.zh import check", "LIMIT = 4", ECHO, 'check("ch99/echo")', "x = 2"]
    assert loadable([Seen(None, source) for source in run], RELEASE) == (
        GIVEN,
        whole("echo", ECHO),
        added("cell 5", "x = 2"),
    )


def test_cells_are_found_by_grade_id_where_ids_were_lost() -> None:
    cells = [Seen(None, cell.source, cell.kind, grade_id=cell.grade_id) for cell in seen(echo=ECHO)]
    assert whole("echo", ECHO) in loadable(cells, RELEASE)


def test_a_pasted_copy_is_an_added_cell() -> None:
    cells = [*seen(echo=ECHO), Seen("pasted", "def echo(data):\n    return b''", grade_id="echo")]
    assert loadable(cells, RELEASE) == (
        GIVEN,
        whole("echo", ECHO),
        whole("twice", STUB_2),
        added("cell 9", "def echo(data):\n    return b''"),
    )


def test_of_cells_with_the_same_id_the_last_that_defines_the_name_counts() -> None:
    cells = seen(echo="def echo(data):\n    return 1")
    copies = [Seen("echo", ECHO), Seen("echo", "print(echo(b''))"), Seen("echo", STUB)]
    placement = place([*cells, *copies], RELEASE)
    assert loadable([*cells, *copies], RELEASE)[1] == whole("echo", ECHO)
    assert english(placement.notes) == (
        "The solution cell echo is there several times: cell 9 counts.",
    )


@pytest.mark.parametrize("stub", [STUB, None])
@pytest.mark.parametrize(
    "source", [ECHO, "async def echo(data): ...", "class echo: ...", "echo = print", "echo: F = f"]
)
def test_a_solution_elsewhere_is_found_by_the_name_it_defines(
    stub: str | None, source: str
) -> None:
    cells = [Seen("mine", source, label="cell 1"), *seen(echo=stub)]
    assert loadable(cells, RELEASE) == (GIVEN, whole("echo", source), whole("twice", STUB_2))
    assert english(place(cells, RELEASE).notes) == (
        "The solution cell echo is empty or missing: cell 1 counts.",
    )


@pytest.mark.parametrize("source", ["echo == 1", "    def echo(): ...", "echo(b'')", "echoes = 1"])
def test_what_only_mentions_a_name_does_not_define_it(source: str) -> None:
    cells = [*seen(echo=None), Seen("mine", source)]
    assert english(place(cells, RELEASE).notes) == ("The solution cell echo is missing.",)


def test_one_cell_may_answer_two_exercises() -> None:
    cells = seen(echo=f"{ECHO}\n\n{TWICE}")
    assert loadable(cells, RELEASE) == (GIVEN, whole("echo", f"{ECHO}\n\n{TWICE}"))


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize("ids", [{"id": "echo"}, {"id": None, "grade_id": "echo"}])
def test_code_turned_into_prose_by_a_key_is_code(kind: str, ids: dict[str, str]) -> None:
    cells = [Seen(source=ECHO, kind=kind, **ids) if c.id == "echo" else c for c in seen()]
    assert whole("echo", ECHO) in loadable(cells, RELEASE)
    assert english(place(cells, RELEASE).notes) == (
        f"The solution cell echo had become {kind}: it was read as code.",
    )


def test_prose_in_the_place_of_an_answer_stays_prose() -> None:
    cells = [Seen("echo", "def later", "markdown") if c.id == "echo" else c for c in seen()]
    assert english(place(cells, RELEASE).notes) == ("The solution cell echo is missing.",)


def test_halves_of_a_cell_that_share_its_id_are_both_there() -> None:
    release = replace(
        RELEASE,
        cells=tuple(
            replace(cell, source=f"{STUB}\n\n{STUB_2}") if cell.id == "echo" else cell
            for cell in RELEASE.cells
        ),
    )
    cells = [*seen(echo=ECHO, twice=None), Seen("echo", TWICE)]
    assert {ECHO, TWICE} <= {cell.source for cell in loadable(cells, release)}
    assert not any("several" in note for note in english(place(cells, release).notes))


def test_a_helper_before_a_moved_solution_moves_with_it() -> None:
    cells = [
        *seen(echo=None),
        Seen("new", "class Base: ..."),
        Seen("echo", "class echo(Base): ..."),
    ]
    assert loadable(cells, RELEASE) == (
        GIVEN,
        added("cell 8", "class Base: ..."),
        whole("echo", "class echo(Base): ..."),
        whole("twice", STUB_2),
    )


def test_a_long_line_is_searched_in_linear_time() -> None:
    for source in ("x" * 400_000, "x " * 200_000, f"x:{'y' * 400_000}", "\t" * 400_000):
        place([Seen("new", source)], RELEASE)


# -- the rebuilt notebook ------------------------------------------------------------------


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for release in (RELEASE, CHINESE):
        cells = [
            {
                "cell_type": "markdown" if cell.role == "prose" else "code",
                "id": cell.id,
                "source": cell.source,
                "metadata": {"live_sockets": {"role": cell.role}},
                **({} if cell.role == "prose" else {"outputs": [], "execution_count": None}),
            }
            for cell in release.cells
        ]
        metadata = {"live_sockets": {"language": release.language}}
        folder = tmp_path / "notebooks" / release.language / release.name
        folder.mkdir(parents=True)
        (folder / f"{release.name}.ipynb").write_bytes(
            notebook(cells, metadata=metadata, nbformat_minor=5)
        )
    monkeypatch.setattr(rebuild, "ROOT", tmp_path)


def rebuilt(cells: list[Seen], language: str = "en") -> list[tuple[str, str, str]]:
    made = rebuild.rebuild(Submission(tuple(cells), language), RELEASE.name)
    assert not any(cell.get("outputs") or cell.metadata.get("tags") for cell in made.cells)
    return [(cell.id, cell.cell_type, cell.source) for cell in made.cells]


@pytest.mark.usefixtures("released")
def test_an_untouched_notebook_is_rebuilt_as_released() -> None:
    for release in (RELEASE, CHINESE):
        cells = tuple(
            Seen(c.id, c.source, "markdown" if c.role == "prose" else "code") for c in release.cells
        )
        made = rebuild.rebuild(Submission(cells, release.language), release.name)
        assert [(c.id, c.source) for c in made.cells] == [(c.id, c.source) for c in release.cells]
        assert rebuild.notes_of(made) == []


@pytest.mark.usefixtures("released")
def test_the_rebuilt_notebook_loads_what_the_submission_loads() -> None:
    raw = notebook(
        [
            code("import helper", id="any"),
            code(ECHO, id="lost", metadata={"nbgrader": {"grade_id": "echo"}}),
            code("LIMIT = 9", id="given"),
            {"cell_type": "raw", "source": "x = 1"},
            {"cell_type": "markdown", "source": "def twice(): ..."},
            code(STUB_2, id="twice"),
            code("def twice(data):\n    return helper.twice(data)"),
            code("echo(b'x')", attachments={"a": 1}, tags=["skip-execution"]),
        ],
    )
    submission = read(raw)
    made = rebuild.rebuild(submission, RELEASE.name)
    again = read(json.dumps(made).encode())
    assert loadable(again.cells, RELEASE) == loadable(submission.cells, RELEASE)
    assert place(again.cells, RELEASE).notes == ()
    assert len(rebuild.notes_of(made)) == 2
    twice = rebuild.rebuild(again, RELEASE.name)
    assert [c.source for c in twice.cells if c.cell_type == "code"] == [
        c.source for c in made.cells if c.cell_type == "code"
    ]


@pytest.mark.usefixtures("released")
def test_what_else_the_student_wrote_is_text_that_nothing_acts_on() -> None:
    evil = "<script>alert(1)</script>\n\n$x$ [a](javascript:b) `c` 你好"
    cells = rebuilt([Seen(None, evil, "raw"), *seen(opening=evil, given=evil, predict_it=evil)])
    shown = [source for _, kind, source in cells if kind == "markdown" and "script" in source]
    assert len(shown) == 3
    for text in shown:
        inner = text.removeprefix("<pre>").removesuffix("</pre>")
        assert text == f"<pre>{inner}</pre>"
        assert "\n" not in inner
        assert not set(inner) & set("<>$[]()`:\"'\\*_")
        assert "你好" in inner
    assert ("predict-it", "code", evil) in cells
    assert ("given", "code", "LIMIT = 4") in cells


@pytest.mark.usefixtures("released")
def test_ids_stay_distinct_whatever_labels_say() -> None:
    cells = [Seen("added-3", f"x = {n}", label="cell 3") for n in range(4)]
    made = [identity for identity, _, _ in rebuilt([*cells, *seen()])]
    assert len(set(made)) == len(made) == 4 + len(RELEASE.cells)


@pytest.mark.usefixtures("released")
def test_a_shown_cell_is_shortened() -> None:
    (shown,) = [s for _, _, s in rebuilt([*seen(), Seen(None, "x" * 30_000, "raw")]) if "xx" in s]
    assert "10000 more characters" in shown
    assert len(shown) < 21_000
