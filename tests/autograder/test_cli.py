"""What the command `autograder` says and returns."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import autograder.notebooks.chapter
from autograder.authoring import build as building
from autograder.authoring import mutate as mutating
from autograder.authoring import validate as validating
from autograder.authoring.build import Built, UnknownChapter
from autograder.authoring.source import Problem
from autograder.authoring.validate import Line
from autograder.cli import main
from autograder.grading import course
from autograder.grading.course import CourseError
from autograder.verdict import ExerciseVerdict, Verdict

NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
VERDICT = Verdict(
    "ch99_toy",
    1.5,
    2,
    ("A cell was left out.",),
    "public",
    (ExerciseVerdict("ch99/double", 2, 1.5, ()),),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "solutions").mkdir()
    monkeypatch.setattr(autograder.notebooks.chapter, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def source(root: Path) -> Path:
    path = root / "solutions" / "ch99_toy.py"
    path.write_text('# %% id="a" demo=true\n1\n')
    return path


def returns(monkeypatch: pytest.MonkeyPatch, built: Built) -> list[dict]:
    calls: list[dict] = []

    def build(paths, root, **options):
        calls.append({"paths": [path.name for path in paths], **options})
        return built

    monkeypatch.setattr(building, "build", build)
    monkeypatch.setattr(building, "renew_page", lambda *page, **how: [])
    return calls


def test_build_says_what_it_wrote(source, monkeypatch, capsys):
    calls = returns(monkeypatch, Built(changed=("notebooks/en/a.ipynb",)))
    assert main(["build", "ch99"]) == 0
    assert capsys.readouterr().out == "wrote notebooks/en/a.ipynb\n"
    assert calls[0]["paths"] == ["ch99_toy.py"]
    assert not calls[0]["check"] and not calls[0]["force"]


def test_build_renews_the_catalogue_of_codes(source, monkeypatch, capsys):
    renew = building.renew_page
    returns(monkeypatch, Built())
    monkeypatch.setattr(building, "renew_page", renew)
    pages = [f"notebooks/{language}/catalogue.ipynb" for language in ("en", "zh")]
    assert main(["build", "--check"]) == 1
    assert capsys.readouterr().out.count("would change") == 2
    assert main(["build"]) == 0
    assert capsys.readouterr().out.split() == ["wrote", pages[0], "wrote", pages[1]]
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Nothing changed.\n"


def test_build_warns_of_translations_and_goes_on(source, monkeypatch, capsys):
    stale = Problem("solutions/ch99_toy.py", 3, "The Chinese is stale.", translation=True)
    returns(monkeypatch, Built(warnings=(stale,)))
    assert main(["build"]) == 0
    said = capsys.readouterr()
    assert said.err == "solutions/ch99_toy.py:3: The Chinese is stale. (English stands in.)\n"
    assert said.out == "Nothing changed.\n"


def test_build_prints_every_problem_and_fails(source, monkeypatch, capsys):
    problems = tuple(Problem("solutions/ch99_toy.py", n, "This is wrong.") for n in (1, 2))
    returns(monkeypatch, Built(problems))
    assert main(["build"]) == 1
    assert capsys.readouterr().err == (
        "solutions/ch99_toy.py:1: This is wrong.\nsolutions/ch99_toy.py:2: This is wrong.\n"
    )


def test_check_fails_where_something_would_change(source, monkeypatch, capsys):
    calls = returns(monkeypatch, Built(changed=("notebooks/en/a.ipynb",)))
    assert main(["build", "--check"]) == 1
    assert "notebooks/en/a.ipynb would change: run `autograder build`" in capsys.readouterr().out
    assert calls[0]["check"]


def test_stamp_renews_the_hashes_before_the_build(root, monkeypatch, capsys):
    path = root / "solutions" / "ch99_toy.py"
    path.write_text(
        '# %% [markdown] id="a" lang="en"\n# One.\n# %% [markdown] id="a" lang="zh"\n# 一。\n',
        encoding="utf-8",
    )
    returns(monkeypatch, Built())
    assert main(["build", "--stamp"]) == 0
    assert capsys.readouterr().out.startswith("stamped solutions/ch99_toy.py: a\n")
    assert 'lang="zh" of="' in path.read_text(encoding="utf-8")


def test_stamp_and_check_exclude_each_other(source, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["build", "--stamp", "--check"])
    assert caught.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "validate", "mutate"])
def test_an_unknown_chapter_is_a_sentence(source, capsys, command):
    assert main([command, "ch98"]) == 2
    assert capsys.readouterr().err == (
        "autograder: There is no chapter 'ch98' in solutions/. There is ch99_toy.\n"
    )


def test_a_course_without_chapters_says_so(root, capsys):
    with pytest.raises(UnknownChapter):
        building.chapters(root, ["ch01"])
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "There is no chapter in solutions/ yet.\n"


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_validate_prints_a_line_each_and_a_sum(source, monkeypatch, capsys, passed, code):
    lines = [Line(True, "ch99_toy", "is in step"), Line(passed, "ch99/double", "was judged")]
    monkeypatch.setattr(validating, "validate", lambda paths, root, update_golden: iter(lines))
    assert main(["validate"]) == code
    word = "ok  " if passed else "FAIL"
    assert capsys.readouterr().out == (
        f"ok    ch99_toy: is in step\n{word}  ch99/double: was judged\n"
        f"{1 + passed} ok, {1 - passed} failed\n"
    )


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_mutate_prints_a_line_each(source, monkeypatch, capsys, passed, code):
    asked = []

    def mutate(paths, root, exercise, **options):
        asked.append((exercise, options))
        return iter([Line(passed, "ch99", "3 of 9 mutants")])

    monkeypatch.setattr(mutating, "mutate", mutate)
    assert main(["mutate", "--exercise", "double", "--sample", "3", "--seed", "a"]) == code
    assert capsys.readouterr().out == f"{'ok  ' if passed else 'FAIL'}  ch99: 3 of 9 mutants\n"
    assert main(["mutate"]) == code
    assert asked == [
        ("double", {"sample": 3, "seed": "a"}),
        ("", {"sample": None, "seed": ""}),  # the course lies in no repository
    ]


def test_mutate_lists_what_there_is_and_knows_no_other_exercise(source, monkeypatch, capsys):
    found = iter([("a chapter", ("one: a → b", "two: b → c"))])
    monkeypatch.setattr(mutating, "mutants_of", lambda paths, root, exercise: found)
    assert main(["mutate", "--list"]) == 0
    assert capsys.readouterr().out == "one: a → b\ntwo: b → c\n"
    monkeypatch.undo()
    assert main(["mutate", "ch04", "--exercise", "halve"]) == 2
    assert "No exercise of these chapters is called 'halve'." in capsys.readouterr().err


class _Unjudgeable(Exception):
    pass


class _NoResult(_Unjudgeable):
    pass


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The judge, as far as the command is concerned; the list holds the assignments named."""
    assignments: list[str] = []

    def judge(notebook: bytes, assignment: str) -> Verdict:
        assignments.append(assignment)
        if assignment == "nowhere":
            raise _Unjudgeable("This machine has no bubblewrap: install it.")
        if assignment == "late":
            raise _NoResult("No result: the machine had too much else to do.")
        if assignment == "unknown":
            raise LookupError("There is no chapter unknown.")
        return VERDICT

    module, feedback = ModuleType("judge"), ModuleType("feedback")
    module.judge, module.Unjudgeable, module.NoResult = judge, _Unjudgeable, _NoResult
    feedback.text = lambda verdict, language: f"[{language}] {verdict.id}\n"
    monkeypatch.setitem(sys.modules, "autograder.judging.judge", module)
    monkeypatch.setitem(sys.modules, "autograder.report.text", feedback)
    return assignments


def notebook(folder: Path, name: str = "mine.ipynb", **ours: str) -> str:
    path = folder / name
    path.write_text(json.dumps({**NOTEBOOK, "metadata": {"live_sockets": ours} if ours else {}}))
    return str(path)


def test_check_prints_the_report_and_the_score(tmp_path, judged, capsys):
    assert main(["check", notebook(tmp_path, chapter="ch99_toy", language="en")]) == 1
    assert capsys.readouterr().out == (
        "[en] ch99/double\n\nA cell was left out.\n\nch99_toy: 1.5 of 2 points\n"
    )
    assert judged == ["ch99_toy"]


def test_check_says_once_why_it_could_read_nothing(tmp_path, judged, capsys):
    (tmp_path / "broken.ipynb").write_text('{"cells": [')
    assert main(["check", str(tmp_path / "broken.ipynb"), "--chapter", "ch99_toy"]) == 1
    said = capsys.readouterr().out
    assert "ch99/double" not in said  # no exercise is told to be unwritten
    assert "A cell was left out." in said  # what the judge noted stands


def test_check_speaks_the_notebooks_language_unless_told_another(tmp_path, judged, capsys):
    path = notebook(tmp_path, chapter="ch99_toy", language="zh")
    main(["check", path])
    assert "[zh] ch99/double" in capsys.readouterr().out
    main(["check", path, "--language", "en"])
    assert "[en] ch99/double" in capsys.readouterr().out


def test_check_json_prints_what_the_judge_said(tmp_path, judged, capsys):
    assert main(["check", notebook(tmp_path, chapter="ch99_toy"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == VERDICT.to_dict()


def test_a_notebook_that_names_no_chapter_is_judged_by_its_files_name(tmp_path, judged):
    main(["check", notebook(tmp_path, "ch99_toy.ipynb")])
    broken = tmp_path / "ch98_other.ipynb"
    broken.write_bytes(b"\xff not json")
    main(["check", str(broken)])
    main(["check", notebook(tmp_path, "ch99_toy (1).ipynb")])  # what a browser makes of it
    main(["check", notebook(tmp_path), "--chapter", "ch99"])
    assert judged == ["ch99_toy", "ch98_other", "ch99_toy", "ch99"]


def test_a_notebook_of_no_known_chapter_is_a_sentence(tmp_path, judged, capsys):
    path = notebook(tmp_path, "unknown.ipynb")
    assert main(["check", path]) == 2
    assert capsys.readouterr().err == (
        f"autograder: {path} does not say of which chapter it is: add --chapter ch04 or another.\n"
    )
    assert main(["check", path, "--chapter", "unknown"]) == 2
    assert capsys.readouterr().err == "autograder: There is no chapter unknown.\n"


@pytest.mark.parametrize(("least", "code"), [("1.5", 0), ("0", 0), ("1.51", 1), ("2", 1)])
def test_the_exit_code_says_whether_the_points_are_enough(tmp_path, judged, least, code):
    path = notebook(tmp_path, chapter="ch99_toy")
    assert main(["check", path, "--min-score", least]) == code


def test_no_result_has_an_exit_code_of_its_own(tmp_path, judged, capsys):
    path = notebook(tmp_path, chapter="late")
    assert main(["check", path, "--min-score", "0"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "autograder: No result: the machine had too much else to do. Nothing is wrong with "
        f"{path} because of that: run this again.\n"
    )


def test_all_points_are_enough(tmp_path, judged, monkeypatch):
    full = replace(VERDICT, score=2)
    monkeypatch.setattr(sys.modules["autograder.judging.judge"], "judge", lambda *given: full)
    assert main(["check", notebook(tmp_path, chapter="ch99_toy")]) == 0


@pytest.mark.parametrize("least", ["most", "nan", "inf", ""])
def test_points_are_a_number(tmp_path, judged, capsys, least):
    with pytest.raises(SystemExit) as caught:
        main(["check", notebook(tmp_path), "--min-score", least])
    assert caught.value.code == 2
    assert f"{least!r} is no number of points" in capsys.readouterr().err


def test_what_cannot_be_judged_is_a_sentence(tmp_path, judged, capsys):
    assert main(["check", notebook(tmp_path, chapter="nowhere")]) == 2
    assert capsys.readouterr().err == "autograder: This machine has no bubblewrap: install it.\n"
    assert main(["check", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"autograder: {tmp_path} is not a file. Name a notebook, such as ch04_udp.ipynb.\n"
    )


def test_the_command_runs_as_a_module_and_names_its_sub_commands():
    run = subprocess.run(
        [sys.executable, "-m", "autograder.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for command in ("build", "validate", "check", "init-course"):
        assert command in run.stdout


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        ((), 0, ""),
        (("notebooks/en/a.ipynb",), 1, ""),
        (building.SourceError([Problem("a.py", 3, "This is wrong.")]), 1, "a.py:3: This is wrong."),
        (CourseError("There is no chapter."), 2, "autograder: There is no chapter."),
    ],
)
def test_init_course_returns_whether_the_clone_can_grade(monkeypatch, capsys, outcome, code, said):
    def init() -> tuple[str, ...]:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(course, "init", init)
    assert main(["init-course"]) == code
    assert capsys.readouterr().err.strip() == said


def test_whoever_ignores_interrupts_can_interrupt_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As under nohup, from cron, in many CI systems: children inherit that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert main(["build", "ch99"]) == 2
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert "There is no chapter 'ch99'" in capsys.readouterr().err
