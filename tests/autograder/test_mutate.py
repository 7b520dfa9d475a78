"""What becomes of mutants: refused, surviving, written down; and what breaks the judge.

The exercise is made up; it is judged in earnest.
"""

import json
import random
import threading
from pathlib import Path

import pytest

from autograder.authoring import mutate as mutating
from autograder.authoring.mutate import mutants_of, mutate
from autograder.exercise import Exercise, Rules
from autograder.network import Learner, Steps
from autograder.rules import UnknownExercise
from netlib.errors import Unavailable

RULES = Rules()
RULES_THAT_BREAK = Rules()
RULES_OF_ELSEWHERE = Rules()


@RULES.rule(misconception="TXT-14")
def doubles(learner: Learner, steps: Steps, rng: random.Random) -> None:
    """It returns twice n.

    返回 n 的两倍。
    """
    learner.start("double", 3).returns(6)


@RULES_THAT_BREAK.rule(misconception="TXT-14")
def breaks_at_sixteen(learner: Learner, steps: Steps, rng: random.Random) -> None:
    """It returns twice n.

    返回 n 的两倍。
    """
    if learner.start("double", 3).result() == 16:
        raise ZeroDivisionError("a mistake of ours")


@RULES_OF_ELSEWHERE.rule(misconception="TXT-14")
def on_a_machine_that_has_it(learner: Learner, steps: Steps, rng: random.Random) -> None:
    """It needs what this machine has not.

    本机没有所需的条件。
    """
    raise Unavailable("no such thing")


SOURCE = """\
# %% id="double" solution="tst/double"
def double(n):
    ### BEGIN SOLUTION
    if n < 0:
        return -double(-n)
    return 2 * n
    ### END SOLUTION
# %% id="check-double" check="tst/double"
check("tst/double")
"""
RIGHT = "def double(n):\n    return n + n\n"
FOLDER = "tests/submissions/tst"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "tst_toy.py").write_text(SOURCE)
    (tmp_path / FOLDER / "double" / "right").mkdir(parents=True)
    (tmp_path / FOLDER / "double" / "right" / "adds.py").write_text(RIGHT)
    return tmp_path


def said(root: Path, rules: Rules = RULES, exercise: str = "", **options: object) -> list[str]:
    made = Exercise("tst/double", 2, ("double",), rules)
    paths = [root / "solutions" / "tst_toy.py"]
    lines = mutate(paths, root, exercise, catalogue=lambda _: [made], **options)  # type: ignore[arg-type]
    return [str(line) for line in lines]


def failures(root: Path, rules: Rules = RULES, **options: object) -> set[str]:
    lines = said(root, rules, **options)
    assert lines[-1].startswith("ok    tst: ")
    return {line.removeprefix("FAIL  ") for line in lines[:-1]}


PASSES = "It gets full points: no rule sees the difference."
OF_NEGATIVE_NUMBERS = {
    f"solutions/tst_toy.py:{line}: {operator}: double/reference: {change}: {PASSES}"
    for line, operator, change in [
        (4, "dropped", "if n < 0:; return -double(-n) → pass"),
        (4, "comparison", "if n < 0: → if n <= 0:"),
        (4, "comparison", "if n < 0: → if n >= 0:"),
        (4, "number", "if n < 0: → if n < 1:"),
        (4, "number", "if n < 0: → if n < -1:"),
        (5, "dropped", "return -double(-n) → pass"),
        (5, "call", "return -double(-n) → return --n"),
        (5, "argument", "return -double(-n) → return -double()"),
    ]
}


def accept(root: Path, *changes: str, chance: bool = False) -> None:
    text = f"[[survivors]]\nreason = 'nobody calls it so'\nchanges = {json.dumps(changes)}\n"
    (root / FOLDER / "survivors.toml").write_text(text + "chance = true\n" * chance)


def accept_all(root: Path, *more: str) -> None:
    known = [line.split(": ", 2)[2].removesuffix(f": {PASSES}") for line in OF_NEGATIVE_NUMBERS]
    accept(root, *known, *more)


def test_what_survives_is_told_with_its_line_and_change(root: Path) -> None:
    assert failures(root) == OF_NEGATIVE_NUMBERS


def test_what_is_written_down_is_accepted(root: Path) -> None:
    accept_all(root)
    assert failures(root) == set()


def test_an_entry_may_speak_of_several_programs(root: Path) -> None:
    (root / FOLDER / "double" / "right" / "again.py").write_text(SOURCE)
    twice = failures(root)
    accept(root, "double/*: if n < 0: → if n <= 0:")
    gone = twice - failures(root)
    assert {line.split(": ")[2] for line in gone} == {"double/reference", "double/right/again"}


def test_an_entry_may_speak_of_every_change_of_a_line(root: Path) -> None:
    accept(root, "double/reference: if n < 0: → …", "double/reference: return -double(-n) → …")
    assert failures(root) == {line for line in OF_NEGATIVE_NUMBERS if ": dropped: " in line} - {
        line for line in OF_NEGATIVE_NUMBERS if ":5: dropped: " in line
    }


def test_what_survives_by_chance_may_be_refused(root: Path) -> None:
    refused = "double/right/adds: return n + n → return n - n"
    accept(root, refused, chance=True)
    assert failures(root) == OF_NEGATIVE_NUMBERS


def test_an_entry_of_which_nothing_survives_is_a_failure(root: Path) -> None:
    accept_all(
        root,
        "double/right/adds: return n + n → return n - n",
        "double/right/adds: return n * 2 → return n * 3",
        "another/reference: return n * 2 → return n * 3",
    )
    file = f"{FOLDER}/survivors.toml"
    gone = "There is no such mutant (any more): delete the entry."
    assert failures(root) == {
        f"{file}: double/right/adds: return n + n → return n - n: It is refused: delete the entry.",
        f"{file}: double/right/adds: return n * 2 → return n * 3: {gone}",
        f"{file}: another/reference: return n * 2 → return n * 3: {gone}",
    }


def test_a_file_that_cannot_be_read_is_a_failure(root: Path) -> None:
    (root / FOLDER / "survivors.toml").write_text("[[survivors]]\nline = 3\n")
    [line] = said(root)
    assert line.startswith(
        f"FAIL  tst: {FOLDER}/survivors.toml holds tables [[survivors]] with a reason"
    )


def test_a_mutant_that_breaks_the_judge_is_named(root: Path) -> None:
    (root / FOLDER / "double" / "right" / "adds.py").write_text("def double(n):\n    return 15\n")
    [line] = [line for line in failures(root, RULES_THAT_BREAK) if "full points" not in line]
    assert line == (
        f"{FOLDER}/double/right/adds.py:2: number: double/right/adds: return 15 → return 16: "
        "It breaks the judge: breaks_at_sixteen: ZeroDivisionError: a mistake of ours"
    )


def test_a_mutant_that_ends_the_judge_is_named(root: Path, monkeypatch) -> None:
    def gone(exercise: Exercise, cells: object) -> None:
        raise MemoryError("all of it")

    monkeypatch.setattr(mutating, "_came_of", gone)
    lines = failures(root)
    assert lines
    assert all(": It breaks the judge: MemoryError: all of it" in line for line in lines)


def test_a_mutant_that_nothing_refuses_in_time_is_named(root: Path, monkeypatch) -> None:
    monkeypatch.setattr(mutating, "_came_of", lambda *_: threading.Event().wait())
    monkeypatch.setattr(mutating, "JUDGE_S", 0.3)
    lines = failures(root, sample=2)
    assert len(lines) == 2
    assert all(line.endswith(": No rule refuses it within 0.3 s.") for line in lines)


def test_what_this_machine_cannot_judge_is_neither_refused_nor_a_survivor(root: Path) -> None:
    accept_all(root)
    *none, last = said(root, RULES_OF_ELSEWHERE)
    assert none == []
    count = len(trials(root))
    assert f"{count} of {count} mutants, 0 refused, 0 survive, {count} cannot" in last


def trials(root: Path) -> tuple[object, ...]:
    made = Exercise("tst/double", 2, ("double",), RULES)
    [(_, found)] = mutants_of([root / "solutions" / "tst_toy.py"], root, "", lambda _: [made])
    return found


def children() -> set[str]:
    return set(Path("/proc/thread-self/children").read_text().split())


def test_what_loops_eats_or_starts_without_end_is_refused_and_leaves_nothing(root: Path) -> None:
    greedy = (
        "import threading\n\n\ndef double(n):\n"
        "    while len(str(n)) > 5:\n        pass\n"
        "    while n > 50:\n        n = bytes(1 << 40)\n"
        "    while n > 20:\n        threading.Thread(target=threading.Event().wait).start()\n"
        "    return n + n\n"
    )
    (root / FOLDER / "double" / "right" / "adds.py").write_text(greedy)
    before = children()
    lines = failures(root)
    assert not any("breaks the judge" in line for line in lines), lines
    assert children() == before


def test_a_sample_is_as_large_as_asked_and_changes_with_its_seed(root: Path) -> None:
    accept_all(root)
    count = len(trials(root))
    assert f"ok    tst: 3 of {count} mutants, " in said(root, sample=3)[-1]
    samples = {
        frozenset(failures(root, RULES_THAT_BREAK, sample=3, seed=seed)) for seed in "abcdefgh"
    }
    assert len(samples) > 1


def test_one_exercise_is_chosen_by_its_name_alone_too(root: Path) -> None:
    assert len(said(root, exercise="double")) == len(said(root, exercise="tst/double")) == 9
    with pytest.raises(UnknownExercise, match="No exercise of these chapters is called 'halve'"):
        said(root, exercise="halve")
