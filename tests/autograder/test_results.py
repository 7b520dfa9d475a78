"""Verdicts are found again by what decides them, and nothing else is taken for one."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from autograder.judging import results
from autograder.judging.results import Results, key, verdict_on, version, write_whole
from autograder.notebooks.chapter import ROOT
from autograder.notebooks.rebuild import rebuild
from autograder.notebooks.submission import read
from autograder.rules import exercises
from autograder.verdict import Verdict

CHAPTER = "ch04_udp"
KEY = "0" * 64


def result() -> dict[str, Any]:
    """Return a verdict, as JSON has it."""
    found = [
        {
            "id": exercise.id,
            "points": exercise.points,
            "score": 1,
            "rules": [
                {
                    "id": rule.id,
                    "passed": False,
                    "outcome": "failed",
                    "misconception": None,
                    "message": "what happened",
                    "told": {"expected": "b'hi'"},
                }
                for rule in exercise.rules
            ],
        }
        for exercise in exercises(CHAPTER)
    ]
    points = sum(exercise.points for exercise in exercises(CHAPTER))
    return {
        "assignment": CHAPTER,
        "score": len(found),
        "points": points,
        "notes": ["a note"],
        "draw": "public",
        "exercises": found,
    }


def released(language: str = "en") -> dict[str, Any]:
    path = ROOT / "notebooks" / language / CHAPTER / f"{CHAPTER}.ipynb"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def added(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []} | more


def solutions(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for c in notebook["cells"] if c["metadata"].get("live_sockets", {}).get("exercise")]


def as_released(notebook: dict[str, Any]) -> None: ...


def with_cells_of_their_own(notebook: dict[str, Any]) -> None:
    notebook["cells"].insert(3, added("import os\nLIMIT = 3"))
    notebook["cells"].append(added("def helper():\n    return LIMIT"))
    notebook["cells"].insert(0, added("", id="blank"))


def with_duplicates(notebook: dict[str, Any]) -> None:
    for cell in solutions(notebook)[:3]:
        notebook["cells"].append(cell | {"source": cell["source"] + ["\n# mine"]})


def with_a_deleted_solution(notebook: dict[str, Any]) -> None:
    notebook["cells"].remove(solutions(notebook)[0])
    notebook["cells"].insert(9, added("def send_text(address, text): ..."))


def with_broken_cells(notebook: dict[str, Any]) -> None:
    notebook["cells"][4:4] = [7, added(None), added("\0\ud800"), {"cell_type": "raw"}]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "change",
    [
        as_released,
        with_cells_of_their_own,
        with_duplicates,
        with_a_deleted_solution,
        with_broken_cells,
    ],
)
def test_a_submission_and_what_nbgrader_judges_have_the_same_key(
    change: Any, language: str
) -> None:
    notebook = released(language)
    change(notebook)
    submission = read(json.dumps(notebook).encode())
    rebuilt = rebuild(submission, CHAPTER)
    assert key(submission, CHAPTER, "v") == key(read(json.dumps(rebuilt).encode()), CHAPTER, "v")


def test_what_the_guest_loads_and_the_language_decide_the_key() -> None:
    def of(change: Any, language: str = "en", version: str = "v") -> str:
        notebook = released(language)
        change(notebook)
        return key(read(json.dumps(notebook).encode()), CHAPTER, version)

    def with_prose(notebook: dict[str, Any]) -> None:
        notebook["cells"][0]["source"] = "My notes"
        notebook["metadata"]["signature"] = "x"

    keys = [
        of(as_released),
        of(with_cells_of_their_own),
        of(with_a_deleted_solution),
        of(as_released, "zh"),
        of(as_released, version="w"),
    ]
    assert len(set(keys)) == len(keys)
    assert of(with_prose) == of(as_released)


def test_rules_release_secret_and_patience_decide_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = version(CHAPTER, "")
    assert version(CHAPTER, "") == version("ch04", "") == before
    assert version(CHAPTER, "00" * 32) != before
    monkeypatch.setattr(results, "PATIENCE", 3.0)
    assert version(CHAPTER, "") != before
    files = {path.relative_to(ROOT).as_posix() for path in results._deciding(CHAPTER)}
    assert {
        "autograder/guest/guest.py",
        "autograder/judging/judge.py",
        "autograder/misconceptions/udp.toml",
        "autograder/rules/ch04/request.py",
        "autograder/rules/common.py",
        "netlib/errors.py",
    } < files
    assert f"solutions/{CHAPTER}.ipynb" in files
    assert f"notebooks/zh/{CHAPTER}/{CHAPTER}.ipynb" in files


def test_other_chapters_rules_decide_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapters = ("rules/ch04/a.py", "rules/ch05/__init__.py", "rules/ch05/b.py")
    for name in ("judging/judge.py", "rules/__init__.py", *chapters, "rules/tftp.py"):
        path = tmp_path / "autograder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.setattr(results, "_HOUSE", tmp_path)
    found = [path.name for path in results._deciding(CHAPTER) if path.suffix == ".py"]
    assert found == ["judge.py", "__init__.py", "a.py", "tftp.py"]  # the last is for several


def test_what_was_put_is_got(tmp_path: Path) -> None:
    store = Results(tmp_path)
    assert store.get(KEY, CHAPTER) is None
    verdict = Verdict.from_dict(result())
    store.put(KEY, verdict)
    assert store.get(KEY, CHAPTER) == verdict
    assert [path.name for path in tmp_path.rglob("*.json*")] == [f"{KEY}.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b'{"key": 1}',
        b"[" * 100_000,
        json.dumps({"key": "1" * 64, "digest": "", "result": {}}).encode(),
    ],
)
def test_what_is_no_entry_is_not_there(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / results.FOLDER / "results" / f"{KEY}.json"
    write_whole(path, "")
    path.write_bytes(content)
    assert Results(tmp_path).get(KEY, CHAPTER) is None


def test_an_entry_that_was_changed_or_moved_is_not_there(tmp_path: Path) -> None:
    store = Results(tmp_path)
    store.put(KEY, Verdict.from_dict(result()))
    path = tmp_path / results.FOLDER / "results" / f"{KEY}.json"
    path.with_name(f"{'1' * 64}.json").write_bytes(path.read_bytes())
    assert store.get("1" * 64, CHAPTER) is None
    path.write_bytes(path.read_bytes().replace(b'"score": 1,', b'"score": 2,', 1))
    assert store.get(KEY, CHAPTER) is None


def test_a_verdict_is_a_verdict() -> None:
    assert verdict_on(CHAPTER, result()) == verdict_on("ch04", result())
    assert verdict_on(CHAPTER, result()).to_dict() == result()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), None),
        ((), []),
        (("assignment",), "ch05_tcp"),
        (("score",), "20"),
        (("score",), 1000),
        (("score",), 20),  # not what the exercises add up to
        (("score",), float("nan")),
        (("points",), 40),
        (("notes",), [7]),
        (("notes",), ["x" * 200_000]),
        (("exercises",), []),
        (("exercises", 0, "id"), "ch04/other"),
        (("exercises", 0, "points"), 1000),
        (("exercises", 0, "score"), -1),
        (("exercises", 0, "rules"), []),
        (("exercises", 0, "rules", 0), "passed"),
        (("exercises", 0, "rules", 0, "passed"), 1),
        (("exercises", 0, "rules", 0, "outcome"), "our fault"),
        (("exercises", 0, "rules", 0, "outcome"), "gone"),
        (("exercises", 0, "rules", 0, "outcome"), "splendid"),
        (("exercises", 0, "rules", 0, "message"), None),
        (("exercises", 0, "rules", 0, "more"), "keys"),
        (("exercises", 0, "rules", 0, "told"), {"expected": 7}),
        (("exercises", 0, "rules", 0, "told"), {"more": "parts"}),
        (("more",), "keys"),
    ],
)
def test_anything_else_is_not(path: tuple[Any, ...], value: object) -> None:
    if path:
        wrong = place = copy.deepcopy(result())
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    else:
        wrong = value  # type: ignore[assignment]
    with pytest.raises(ValueError, match="^it |is not a valid Kind$"):
        verdict_on(CHAPTER, wrong)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file"
    write_whole(path, "first")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "first"
    assert list(path.parent.iterdir()) == [path]
