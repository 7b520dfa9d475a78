"""What the validator says of references, releases and wrong programs, with a judge of straw.

The course itself is validated in earnest in tests/course/test_validate.py.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.authoring import validate as validating
from autograder.authoring.build import Built
from autograder.authoring.source import Problem
from autograder.authoring.validate import validate
from autograder.guest.loading import LoadCell

RIGHT = "def double(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n    ### END SOLUTION"
STUB = "def double(n):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
TEXT = f"""\
# %% id="given" setup=true
LIMIT = 3
# %% id="look" demo=true
print(LIMIT)
# %% id="double" solution="ch99/double"
{RIGHT}
# %% id="check-double" check="ch99/double"
check("ch99/double")
"""
FOLDER = "tests/submissions/ch99/double"
WRONG = "# misconception: UDP-05\ndef double(n):\n    return n * n\n"
REPORT = "double gives twice n\nUDP-05  Who is sending?\n"


@dataclass(frozen=True)
class Toy:
    """An exercise, as far as the validator is concerned."""

    id: str = "ch99/double"
    points: float = 2
    rules: Sequence[object] = ("a rule",)


@dataclass(frozen=True)
class Outcome:
    kind: str
    misconception: str | None = None


@dataclass(frozen=True)
class Report:
    outcomes: tuple[Outcome, ...]
    shown: str = REPORT

    @property
    def passed(self) -> bool:
        fine = ("passed", "our fault", "not run here")
        return all(outcome.kind in fine for outcome in self.outcomes)


PASSED = Report((Outcome("passed"),))
FAILED = Report((Outcome("failed", "UDP-05"),))
UNWRITTEN = Report((Outcome("unwritten"),))
Judge = Callable[[str], Report]


def honest(solution: str) -> Report:
    if "NotImplementedError" in solution:
        return UNWRITTEN
    return PASSED if "2 * n" in solution else FAILED


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one chapter, as a build leaves it; builds find nothing to do."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "ch99_toy.py").write_text(TEXT)
    release(tmp_path, STUB)
    write(tmp_path, "squares.py", WRONG)
    write(tmp_path, "squares.txt", REPORT)
    monkeypatch.setattr(validating, "build", lambda *_, **__: Built())
    monkeypatch.setattr(validating, "report_text", lambda report: report.shown)
    return tmp_path


def release(root: Path, stub: str) -> None:
    cells = [
        {"id": "given", "source": "LIMIT = 3", "metadata": {"live_sockets": {"role": "setup"}}},
        {"id": "double", "source": stub, "metadata": {"live_sockets": {"role": "solution"}}},
    ]
    for language in ("en", "zh"):
        path = root / "notebooks" / language / "ch99_toy" / "ch99_toy.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": cells}))


def write(root: Path, name: str, text: str) -> None:
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    (root / FOLDER / name).write_text(text)


def said(root: Path, judge: Judge = honest, *, update_golden: bool = False) -> list[str]:
    def run(id: str, cells: list[LoadCell]) -> Report:
        assert id == "ch99/double"
        assert [cell.label for cell in cells] == ["given", "double"], "demos do not run"
        return judge(cells[1].source)

    lines = validate(
        [root / "solutions" / "ch99_toy.py"],
        root,
        update_golden=update_golden,
        catalogue=lambda chapter: [Toy()],
        run=run,
    )
    return [str(line) for line in lines]


def failures(root: Path, judge: Judge = honest) -> list[str]:
    return [line.removeprefix("FAIL  ") for line in said(root, judge) if line.startswith("FAIL")]


def test_a_right_chapter_is_a_line_each(root):
    assert said(root) == [
        "ok    ch99_toy: source, translation and notebooks are in step",
        "ok    ch99/double: the release fails, because it is not solved yet",
        "ok    ch99/double: the reference passes 1 rules",
        f"ok    {FOLDER}/squares.py: fails with UDP-05",
    ]


def test_what_this_machine_cannot_run_is_told_and_fails_nobody(root):
    """A rule on a LAN, where there are no namespaces."""

    def judge(solution: str) -> Report:
        unwritten = "NotImplementedError" in solution
        return Report((Outcome("unwritten" if unwritten else "passed"), Outcome("not run here")))

    assert said(root, judge)[1:] == [
        "ok    ch99/double: the release fails, because it is not solved yet",
        "ok    ch99/double: the reference passes 2 rules, but 1 rule cannot run here",
        f"ok    {FOLDER}/squares.py: not tried here: 1 rule cannot run on this machine",
    ]


def test_how_many_other_rules_passed_is_not_compared(root):
    write(root, "squares.txt", f"  ch99/double: 1 of 3 points (1 of 3 rules passed)\n{REPORT}")
    failed = Report(
        FAILED.outcomes,
        f"  ch99/double: 2 of 3 points (2 of 3 rules passed, 2 got the same)\n{REPORT}",
    )
    assert (
        failures(root, lambda solution: failed if "n * n" in solution else honest(solution)) == []
    )
    other = Report(FAILED.outcomes, f"  ch99/double: 2 of 3 points (2 of 4 rules passed)\n{REPORT}")
    [line] = failures(root, lambda solution: other if "n * n" in solution else honest(solution))
    assert "Its report is not its golden one." in line


def test_a_source_with_problems_is_not_judged(root, monkeypatch):
    problem = Problem("solutions/ch99_toy.py", 3, "This is wrong.")
    monkeypatch.setattr(validating, "build", lambda *_, **__: Built((problem,)))
    assert said(root) == ["FAIL  solutions/ch99_toy.py:3: This is wrong."]


def test_a_stale_translation_and_a_notebook_out_of_step_fail_and_the_rest_is_judged(
    root, monkeypatch
):
    stale = Problem("solutions/ch99_toy.py", 3, "The Chinese is stale.", translation=True)
    changed = ("notebooks/zh/ch99_toy/ch99_toy.ipynb",)
    monkeypatch.setattr(validating, "build", lambda *_, **__: Built((stale,), (), changed))
    lines = said(root)
    assert lines[:2] == [
        "FAIL  solutions/ch99_toy.py:3: The Chinese is stale.",
        "FAIL  notebooks/zh/ch99_toy/ch99_toy.ipynb: It is out of step with its source. "
        "Run `autograder build`.",
    ]
    assert all(line.startswith("ok") for line in lines[2:])
    assert len(lines) == 5


def test_a_release_that_passes_or_fails_otherwise_is_a_failure(root):
    sentence = "ch99/double: The release should fail as not solved yet; its rules are: "
    release(root, "def double(n):\n    return 2 * n")
    assert failures(root) == [f"{sentence}passed."]
    release(root, "def double(n):\n    return n")
    assert failures(root) == [f"{sentence}failed."]


def test_a_release_that_python_cannot_read_is_a_failure(root):
    release(root, "def double(n):\n# YOUR CODE HERE\nraise NotImplementedError()")
    assert failures(root) == [
        "ch99/double: Python cannot read the release's 'double': are the marks indented?"
    ]


def test_a_reference_that_fails_is_shown_with_its_report(root):
    broken = failures(root, lambda source: FAILED if "2 * n" in source else honest(source))
    assert broken == [
        "ch99/double: The reference fails:\n      double gives twice n\n"
        "      UDP-05  Who is sending?"
    ]


def test_a_rule_that_breaks_is_our_fault_and_never_passes(root):
    fault = Report((Outcome("our fault"),), "This is our fault.\n")
    (line,) = failures(root, lambda source: fault if "2 * n" in source else honest(source))
    assert line.startswith("ch99/double: A rule broke, by our own fault:")

    def broken(source: str) -> Report:
        raise ZeroDivisionError("division by zero")

    assert failures(root, broken) == [
        "ch99/double: The judge broke: ZeroDivisionError: division by zero",
        "ch99/double: The judge broke: ZeroDivisionError: division by zero",
        f"{FOLDER}/squares.py: The judge broke: ZeroDivisionError: division by zero",
    ]


def test_a_wrong_program_that_passes_is_a_failure(root):
    write(root, "squares.py", WRONG.replace("n * n", "2 * n"))
    assert failures(root) == [
        f"{FOLDER}/squares.py: It passes, and should fail: no rule sees its mistake."
    ]


def test_a_wrong_program_that_fails_for_another_reason_is_a_failure(root):
    write(root, "squares.py", WRONG.replace("UDP-05", "UDP-06"))
    assert failures(root)[0].startswith(
        f"{FOLDER}/squares.py: It fails for another reason than UDP-06:\n"
    )


def test_a_misconception_that_the_learner_is_not_shown_is_not_named(root):
    hidden = Report((Outcome("failed", "UDP-05"),), "Something is wrong.\n")
    (line,) = failures(root, lambda source: hidden if "n * n" in source else honest(source))
    assert "It fails for another reason than UDP-05" in line


def test_a_wrong_program_declares_its_misconception_in_its_first_line(root):
    write(root, "squares.py", "def double(n): ...\n")
    assert failures(root) == [
        f"{FOLDER}/squares.py: Its first line must be its misconception, "
        "as in `# misconception: UDP-05`, or `# misconception: none`."
    ]


def test_a_wrong_program_may_show_no_misconception_and_then_none_is_cited(root):
    write(root, "squares.py", WRONG.replace("UDP-05", "none"))
    (line,) = failures(root)
    assert line == f"{FOLDER}/squares.py: It declares none, and its rules cite UDP-05, too."

    silent = Report((Outcome("failed"),))
    said_of_it = said(root, lambda source: silent if "n * n" in source else honest(source))
    assert said_of_it[-1] == f"ok    {FOLDER}/squares.py: fails with no misconception"


def test_a_report_that_is_not_the_golden_one_is_shown_as_a_difference(root):
    write(root, "squares.txt", REPORT.replace("twice", "half"))
    (line,) = failures(root)
    assert "Its report is not its golden one." in line
    assert "\n      -double gives half n\n      +double gives twice n\n" in line


def test_update_golden_writes_reports_and_only_of_programs_that_fail_for_their_reason(root):
    golden = root / FOLDER / "squares.txt"
    golden.unlink()
    assert "It has no golden report." in failures(root)[0]
    assert said(root, update_golden=True)[-1] == (
        f"ok    {FOLDER}/squares.py: fails with UDP-05; its golden report is renewed"
    )
    assert golden.read_text() == REPORT
    assert failures(root) == []
    golden.unlink()
    write(root, "squares.py", WRONG.replace("UDP-05", "UDP-06"))
    said(root, update_golden=True)
    assert not golden.exists()


def test_what_belongs_to_no_exercise_is_a_failure(root):
    write(root, "forgotten.txt", REPORT)
    (root / "tests/submissions/ch99/halve").mkdir()
    assert failures(root) == [
        "tests/submissions/ch99/halve: No exercise of the chapter has this name.",
        f"{FOLDER}/forgotten.txt: It has no program beside it: delete it.",
    ]


def test_what_fails_in_company_is_looked_at_again_alone(tmp_path: Path) -> None:
    def look(name: str, right_at: int) -> validating.Look:
        def see() -> validating.Line:
            tried = tmp_path / name
            with tried.open("a") as file:
                file.write("x")
            return validating.Line(tried.stat().st_size >= right_at, name, "seen")

        return see

    lines = validating._side_by_side([look("a", 1), look("b", 2), look("c", 3)])
    assert [str(line) for line in lines] == [
        "ok    a: seen",
        "ok    b: seen (alone, at the second look)",
        "FAIL  c: seen",
    ]
    many = list(validating._side_by_side([look(f"{n}", 2) for n in range(30)]))
    assert sum(not line.passed for line in many) == 30  # too many to blame the machine
