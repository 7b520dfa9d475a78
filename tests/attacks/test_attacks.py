"""Every attack through the judge: what it earns, what it learns, whom it harms.

A secret is planted in the environment, in a file and behind the host's loopback, and the graded
draw is another. No attack may earn more than an honest grader would give, nor may one of these
stand in a result, nor may anything outlive its submission.
"""

import contextlib
import ctypes
import importlib.util
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.deadlines import END_S, stretched
from autograder.judging import draws
from autograder.judging.judge import NoResult, forked, fresh, judge, warm_up
from autograder.rules import exercises
from autograder.sandbox.throwaway import Ended

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ASSIGNMENT = "ch04_udp"
SECRET = "5f" * 32
AT_ONCE = 4  # they wait more than they compute
SLACK_S = stretched(5)  # starting processes on a busy machine
OUTCOMES = {"passed", "failed", "late", "unwritten", "not run"}

Result = dict[str, Any]


def _load(name: str) -> ModuleType:
    """Import a neighbour: tests are no package."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


attacks, files, secrets = _load("attacks"), _load("files"), _load("planted")
_load("solved")  # more files
Planted = Any  # secrets.Planted

ATTACKS = [
    *attacks.written(),
    *(
        attacks.Attack(name, str(make.__doc__), make, least=least, most=most)
        for name, (make, least, most) in files.FILES.items()
    ),
]
NAMES = [attack.name for attack in ATTACKS]


@pytest.fixture(autouse=True)
def a_failure_is_its_own() -> None:
    """Here all are judged side by side: the end of whatever runs would end the others' judges."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """The planted secrets, and a course with a secret."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("planted")
        secret = folder / "course_secret"
        secret.write_text(SECRET)
        patch.setattr(draws, "SECRET", secret)
        planted = secrets.Planted(folder / "planted", ROOT, secret)
        patch.setenv("PLANTED", f"{secrets.WORD} in the environment")
        yield planted
        planted.close()


@pytest.fixture(scope="module")
def course(reference: dict[str, str]) -> Any:
    """What attacks are made of."""
    path = ROOT / "notebooks" / "en" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    if not path.is_file():
        pytest.skip(f"{ASSIGNMENT} is not built: run `autograder build`")
    return attacks.Course(path.read_text(encoding="utf-8"), reference)


@pytest.fixture(scope="module")
def ours() -> Iterator[set[str]]:
    """The children that are no attack's. Orphans become children, so that each is seen."""
    libc = ctypes.CDLL(None)
    libc.prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    yield set()
    libc.prctl(36, 0)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def living() -> list[tuple[str, str]]:
    """Return this process's children that have not ended: their pids and names."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            with contextlib.suppress(FileNotFoundError):
                name, _, rest = Path(f"/proc/{child}/stat").read_text().rpartition(") ")
                found += [] if rest[0] in "ZX" else [(child, name.partition("(")[2])]
    return found


@dataclass(frozen=True)
class Judged:
    """A result, or why there is none, and how long that took."""

    result: Result
    seconds: float


@pytest.fixture(scope="module")
def judged(
    sandboxed: None, planted: Planted, course: Any, ours: set[str], request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[Judged]]]:
    """What comes of every attack that is asked for: a few are judged at once, as in a class."""
    asked = [item.name for item in request.session.items if item.parent is request.node]
    chosen = [attack for attack in ATTACKS if any(f"[{attack.name}]" in name for name in asked)]
    warm_up(ASSIGNMENT)
    # Forks of this process: judging needs one without threads, and has all imports already.
    with ProcessPoolExecutor(AT_ONCE, multiprocessing.get_context("fork")) as pool:
        futures = {
            attack.name: pool.submit(_judge, planted.fill(attack.make(course)))
            for attack in sorted(chosen, key=_turn)
        }
        ours.update(child for child, _ in living())
        yield futures


def judged_in(
    process: Callable[[bytes], Ended], notebook: bytes, secret: str | None = None
) -> Result:
    """Return the verdict on a notebook that is judged alone, as JSON has it."""
    return judge(notebook, ASSIGNMENT, secret, process, alone=True).to_dict()


def _judge(notebook: bytes) -> Judged:
    began = time.monotonic()
    try:
        result = judge(notebook, ASSIGNMENT, process=forked).to_dict()
    except NoResult:  # so the farm will judge it again, alone
        result = {}
    return Judged(result, time.monotonic() - began)


def _turn(attack: Any) -> int:
    """Let the longest begin, and let those end that burn the machine: others are looked at."""
    if attack.name == "abuse/is_slow_everywhere":
        return 0
    return 1 if attack.others or attack.least else 2 if attack.category != "abuse" else 3


def scores(result: Result) -> dict[str, float]:
    return {exercise["id"]: exercise["score"] for exercise in result["exercises"]}


def points() -> dict[str, float]:
    return {exercise.id: float(exercise.points) for exercise in exercises("ch04")}


def marked() -> list[Any]:
    return [
        pytest.param(
            attack,
            id=attack.name,
            marks=[pytest.mark.xfail(strict=True, reason=attack.open)] if attack.open else [],
        )
        for attack in sorted(ATTACKS, key=_turn)  # as they are judged: no test waits for all
    ]


@pytest.mark.parametrize("attack", marked())
def test_an_attack_gains_nothing(
    attack: Any, judged: dict[str, Future[Judged]], planted: Planted, course: Any
) -> None:
    outcome = judged[attack.name].result()
    result, seconds = outcome.result, outcome.seconds
    if not result or _lost(
        attack, result
    ):  # by the attack, or to those beside it? Alone it counts.
        result = judged_in(fresh, planted.fill(attack.make(course)))
    _has_its_shape(result)
    if attack.exercise:
        assert scores(result)[attack.exercise] <= attack.most
    else:
        assert result["score"] <= attack.most
    assert _lost(attack, result) == {}
    said = json.dumps(result, ensure_ascii=False)
    for secret in (secrets.WORD, SECRET, *secrets.draws(SECRET)):
        assert secret not in said
    assert seconds < 2 * END_S + SLACK_S  # both draws


def _lost(attack: Any, result: Result) -> dict[str, float]:
    """Return the points of what is right in a submission and was not given them."""
    if attack.others:
        rest = {id: of for id, of in points().items() if id != attack.exercise}
        return {id: scores(result)[id] for id in rest if scores(result)[id] != rest[id]}
    return {} if result["score"] >= attack.least else {"all": result["score"]}


def _has_its_shape(result: Result) -> None:
    assert {"assignment", "score", "points", "notes", "draw", "exercises"} == set(result)
    assert [exercise["id"] for exercise in result["exercises"]] == list(points())
    for exercise in result["exercises"]:
        assert 0 <= exercise["score"] <= exercise["points"] == points()[exercise["id"]]
        for rule in exercise["rules"]:
            assert rule["outcome"] in OUTCOMES
            assert type(rule["passed"]) is bool
            texts = [rule["message"], *rule.get("told", {}).values()]
            for line in "\n".join(texts).split("\n"):
                assert line.isprintable(), f"{line!r} would reach a page"
            assert sum(map(len, texts)) < 20_000
    for note in result["notes"]:
        assert note.isprintable() and len(note) < 500


def test_nobody_reached_the_host(judged: dict[str, Future[Judged]], planted: Planted) -> None:
    for future in judged.values():
        future.exception()
    assert planted.calls() == 0


def test_nothing_is_left_of_any_attack(judged: dict[str, Future[Judged]], ours: set[str]) -> None:
    for future in judged.values():
        future.exception()
    assert [(child, name) for child, name in living() if child not in ours] == []


@pytest.mark.usefixtures("sandboxed", "planted")
def test_an_honest_submission_beside_attacks_and_after_them_keeps_its_points(course: Any) -> None:
    hostile = [
        attack.make(course)
        for attack in ATTACKS
        if attack.name in ("abuse/takes_every_processor", "abuse/forks_without_end")
    ]
    honest = json.dumps(course.notebook(solved=True)).encode()
    beside = [threading.Thread(target=judge, args=(each, ASSIGNMENT)) for each in hostile]
    for thread in beside:
        thread.start()
    result = judged_in(fresh, honest)
    for thread in beside:
        thread.join()
    assert scores(result) == points()
    assert scores(judged_in(fresh, honest)) == points()


def test_there_are_enough_attacks_in_every_category() -> None:
    found = dict.fromkeys(attacks.CATEGORIES, 0)
    for attack in ATTACKS:
        found[attack.category] += 1
    assert len(NAMES) == len(set(NAMES))
    assert min(found.values()) >= 10
    assert len(ATTACKS) >= 60


def test_the_answers_of_practice_are_right_in_practice(course: Any, sandboxed: None) -> None:
    """The table of public draws is no straw man: without a secret it earns all."""
    (attack,) = (attack for attack in ATTACKS if attack.name == "tampering/answers_of_practice")
    result = judged_in(fresh, attack.make(course), "")
    assert scores(result)["ch04/feiq"] == points()["ch04/feiq"]


@pytest.mark.usefixtures("sandboxed")
def test_modules_beside_a_submission_are_not_imported(tmp_path: Path, course: Any) -> None:
    """An instructor who stands in a student's folder judges the notebook there."""
    for name in ("json", "random", "socket", "autograder"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'w').close()\nraise SystemExit\n")
    (tmp_path / "submitted.ipynb").write_bytes(json.dumps(course.notebook()).encode())
    program = (
        "from pathlib import Path; from autograder.judging.judge import judge; "
        f"judge(Path('submitted.ipynb').read_bytes(), {ASSIGNMENT!r})"
    )
    command = [sys.executable, "-P", "-c", program]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert not (tmp_path / "ran").exists()
