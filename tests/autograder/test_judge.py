"""Submitted notebooks through the sandbox: the right scores, the same every time, one at a time.

Every notebook here is the release with some cells filled in.
"""

import base64
import json
import math
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograder.clock import CLOCK
from autograder.deadlines import EXERCISE_S, HURRY_S, OVERTIME_S, PATIENCE, SUBMISSION_S
from autograder.exercise import Exercise, Outcome, Report
from autograder.judging import draws
from autograder.judging import judge as judging
from autograder.judging.draws import public_draw, secret_draw
from autograder.judging.judge import NoResult, Unjudgeable, forked, fresh, judge
from autograder.judging.run_rules import ALWAYS_LATE
from autograder.rules import exercises
from autograder.rules.common import word
from autograder.sandbox.throwaway import Ended
from autograder.text.story import Kind
from autograder.verdict import ExerciseVerdict, RuleVerdict, Told, Verdict

ASSIGNMENT = "ch04_udp"
SECRET = "5f" * 32

Release = Any  # see conftest.py
Result = dict[str, Any]


@pytest.fixture(autouse=True)
def no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The public draw, unless a test writes a secret."""
    path = tmp_path / "secret"
    monkeypatch.setattr(draws, "SECRET", path)
    return path


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """The judge leaves no process and no descriptor behind."""
    before = children(), len(os.listdir("/proc/self/fd"))
    yield
    assert (children(), len(os.listdir("/proc/self/fd"))) == before


def children() -> set[str]:
    return set(Path("/proc/thread-self/children").read_text().split())


def named(cells: dict[str, str]) -> dict[str, str]:
    return {id.replace("-", "_"): text for id, text in cells.items()}


@pytest.fixture(scope="module")
def right(sandboxed: None, english: Release, reference: dict[str, str]) -> Result:
    """The result of the reference solutions."""
    return judged(english.file(**named(reference)))


def judged(notebook: bytes, process: Callable[[bytes], Ended] = fresh) -> Result:
    """Return the verdict on a notebook, as JSON has it."""
    return judge(notebook, ASSIGNMENT, process=process).to_dict()


def quickly(notebook: bytes) -> Result:
    """Judge in a fork of this process, which saves the start of an interpreter."""
    return judged(notebook, forked)


def at_once(*notebooks: bytes) -> list[Result]:
    """Judge notebooks beside each other; the results are in their order."""
    with ThreadPoolExecutor(len(notebooks)) as pool:
        return list(pool.map(judged, notebooks))


def scores(result: Result) -> dict[str, float]:
    return {exercise["id"]: exercise["score"] for exercise in result["exercises"]}


def points() -> dict[str, float]:
    return {exercise.id: float(exercise.points) for exercise in exercises("ch04")}


ZERO = dict.fromkeys(points(), 0.0)


def outcomes(result: Result, id: str) -> list[str]:
    (rules,) = [e["rules"] for e in result["exercises"] if e["id"] == id]
    return [rule["outcome"] for rule in rules]


# -- honest notebooks --------------------------------------------------------------------------


def test_the_result_has_exactly_this_shape(right: Result) -> None:
    assert json.loads(json.dumps(right)) == right
    assert list(right) == ["assignment", "score", "points", "notes", "draw", "exercises"]
    assert right["assignment"] == ASSIGNMENT
    assert right["draw"] == "public"
    assert [exercise["id"] for exercise in right["exercises"]] == list(points())
    for exercise in right["exercises"]:
        assert list(exercise) == ["id", "points", "score", "rules"]
        for rule in exercise["rules"]:
            assert list(rule) == ["id", "passed", "outcome", "misconception", "message", "told"]
            assert type(rule["passed"]) is bool
            assert rule["misconception"] is None or type(rule["misconception"]) is str


def test_the_reference_has_all_points(right: Result) -> None:
    assert right["notes"] == []
    assert right["score"] == right["points"] == 20
    assert scores(right) == points()
    for exercise in right["exercises"]:
        for rule in exercise["rules"]:
            assert (rule["passed"], rule["outcome"]) == (True, "passed")
            assert rule["message"].startswith("✓ ")


def test_the_same_notebook_gets_the_same_result_again_also_at_the_same_time(
    right: Result, english: Release, reference: dict[str, str]
) -> None:
    assert at_once(*[english.file(**named(reference))] * 2) == [right, right]


def test_the_release_has_no_points_and_is_told_so(sandboxed: None, english: Release) -> None:
    result = quickly(english.file())
    assert result["score"] == 0
    assert result["points"] == 20
    for id in points():
        assert set(outcomes(result, id)) == {"unwritten"}


def test_half_of_the_exercises_have_half_of_the_points(
    sandboxed: None, english: Release, reference: dict[str, str]
) -> None:
    half = {id: reference[id] for id in ("send-text", "recv-one", "echo-server")}
    result = quickly(english.file(**named(half)))
    written = {"ch04/send_text", "ch04/recv_one", "ch04/echo_server"}
    assert scores(result) == {id: of if id in written else 0.0 for id, of in points().items()}
    assert result["score"] == 9


def test_a_wrong_answer_loses_its_own_rules_only(
    sandboxed: None, english: Release, reference: dict[str, str]
) -> None:
    cells = {
        "recv_one": reference["recv-one"] + "\nright = recv_one\n" + RECV_1024,
        "send_text": reference["send-text"],
    }
    result = quickly(english.file(**cells))
    assert 0 < scores(result)["ch04/recv_one"] < 3
    assert scores(result)["ch04/send_text"] == 2
    (failed,) = [rule for rule in result["exercises"][1]["rules"] if not rule["passed"]]
    assert failed["outcome"] == "failed"
    assert failed["misconception"] == "UDP-06"
    assert "✗ A datagram of any size comes back whole" in failed["message"]
    assert "UDP-06" in failed["message"]


RECV_1024 = """
def recv_one(sock, timeout, limit=65507):
    data, source = right(sock, timeout, limit)
    return data[:1024], source
"""


def test_a_chinese_notebook_is_judged_alike_and_answered_in_chinese(
    sandboxed: None, chinese: Release, reference: dict[str, str]
) -> None:
    cells = {"recv_one": reference["recv-one"], "send_text": "def send_text(*args): return 1"}
    result = quickly(chinese.file(**cells))
    assert scores(result) == ZERO | {"ch04/recv_one": 3.0}
    messages = [r["message"] for e in result["exercises"] for r in e["rules"]]
    assert all(re.search("[\u4e00-\u9fff]", message) for message in messages)
    assert any("预期" in message for message in messages)


@pytest.mark.parametrize("file", [b"", b"not a notebook", b"[]", b"{}", b"\xff\xfe\0"])
def test_a_file_that_is_no_notebook_has_no_points_and_a_sentence(
    sandboxed: None, file: bytes
) -> None:
    result = quickly(file)
    assert result["score"] == 0
    assert result["points"] == 20
    assert result["notes"]
    assert all(note.endswith(".") for note in result["notes"])


def test_an_assignment_that_is_no_chapter_is_named() -> None:
    with pytest.raises(LookupError, match="There is no built chapter 'ch99_none'"):
        judge(b"{}", "ch99_none")


# -- the draw ----------------------------------------------------------------------------------


def test_graded_draws_come_from_the_secret_and_stay_secret(
    sandboxed: None, no_secret: Path, english: Release
) -> None:
    """A solution prints, raises and returns what it was given: the result shows the public
    draw alone, and is the same to the last letter."""
    notebook = english.file(**TELLS_ALL)
    public = quickly(notebook)
    assert "sent was '" in json.dumps(public)
    no_secret.write_text(SECRET)
    graded = quickly(notebook)
    assert re.fullmatch("[0-9a-f]{8}", graded["draw"])
    assert graded | {"draw": "public"} == public


def test_the_reference_has_all_points_with_any_draw(
    right: Result, no_secret: Path, english: Release, reference: dict[str, str]
) -> None:
    no_secret.write_text(SECRET)
    result = quickly(english.file(**named(reference)))
    assert result | {"draw": "public"} == right


@pytest.mark.parametrize("carrier", ["time_wait", "counter"])
def test_notes_say_nothing_of_the_graded_draw(
    sandboxed: None,
    no_secret: Path,
    english: Release,
    reference: dict[str, str],
    carrier: str,
) -> None:
    """A letter of the draw is left where no sweep reaches; cells that find it there die by it."""
    cells = {id: DIES.format(bit=bit) + reference[id] for bit, id in enumerate(LATER)}
    cells["send-text"] = CARRIERS[carrier] + MARKS
    notebook = english.file(**named(cells))
    found = set()
    for secret in SECRETS:
        no_secret.write_text(secret)
        found.add(tuple(quickly(notebook)["notes"]))
    assert len(found) == 1


# What letters the first words begin with differs from secret to secret.
LATER = ("recv-one", "echo-server", "request", "feiq")
SECRETS = tuple(f"{number:02x}" * 32 for number in (0x5F, 1, 2))

CARRIERS = {
    "time_wait": """
def left():
    rows = [line.split() for line in open("/proc/net/tcp")][1:]
    ports = {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "06"}
    return next((port - 20_000 for port in ports if 20_000 <= port < 20_100), 0)


def leave(number):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        here = ("127.0.0.1", 20_000 + number)
        with socket.create_connection(listener.getsockname(), source_address=here) as sock:
            sock.shutdown(socket.SHUT_WR)
            listener.accept()[0].close()
""",
    "counter": """
def left():
    row = [line.split() for line in open("/proc/net/snmp") if line.startswith("Udp:")][1]
    return int(row[4]) // 1000


def leave(number):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(1000 * number):
            sock.sendto(b"", ("127.0.0.1", 9))
""",
}
MARKS = """
def send_text(host, port, text, charset="utf-8"):
    if text[:1].islower() and not left():
        leave(ord(text[0]) - 96)
    raise ValueError
"""
DIES = """
if left() >> {bit} & 1:
    import os
    os._exit(1)
"""

TELLS_ALL = {
    "send_text": """
def send_text(host, port, text, charset="utf-8"):
    print(text)
    raise ValueError(f"sent was {text!r}")
"""
}


def test_a_rule_that_only_the_secret_draw_fails_tells_no_story(
    sandboxed: None, no_secret: Path, english: Release, reference: dict[str, str]
) -> None:
    """The public word, known by heart, is the only one that this solution sends."""
    first = next(e for e in exercises("ch04") if e.id == "ch04/send_text").rules[0]
    known = word(public_draw(exercises("ch04")[0])(first))
    cheat = reference["send-text"] + CHEAT.format(word=known)
    cells = {"send_text": cheat}
    public = quickly(english.file(**cells))
    assert outcomes(public, "ch04/send_text")[0] == "passed"
    no_secret.write_text(SECRET)
    graded = quickly(english.file(**cells))
    assert outcomes(graded, "ch04/send_text")[0] == "failed"
    message = graded["exercises"][0]["rules"][0]["message"]
    assert first.clause.en in message
    for told in ("expected", "got", "|", '"'):
        assert told not in message


CHEAT = """
right = send_text
def send_text(host, port, text, charset="utf-8"):
    if text.isascii() and text.isalpha() and len(text) == 6 and text != {word!r}:
        text = text[::-1]
    return right(host, port, text, charset)
"""


def test_draws_differ_from_secret_to_secret_and_not_from_run_to_run() -> None:
    exercise = exercises("ch04")[0]
    rule = exercise.rules[0]
    drawn = [
        [secret_draw(exercise, secret)(rule).random() for _ in range(2)]
        for secret in ("", SECRET, "00" * 32)
    ]
    assert all(first == second for first, second in drawn)
    assert len({first for first, _ in drawn}) == 3
    assert drawn[0][0] == public_draw(exercise)(rule).random()


def test_a_machine_without_time_gives_no_result_and_alone_what_it_had_time_for(
    sandboxed: None,
    english: Release,
    reference: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "Sandbox", _unhurried(judging.Sandbox))
    notebook = english.file(**named(reference))
    with pytest.raises(NoResult, match="^No result: the machine had too much else to do"):
        judge(notebook, ASSIGNMENT, process=forked)
    verdict = judge(notebook, ASSIGNMENT, process=forked, alone=True).to_dict()
    assert scores(verdict) == ZERO
    assert {kind for id in ZERO for kind in outcomes(verdict, id)} == {"not run"}
    assert "the time for judging was up" in verdict["exercises"][0]["rules"][0]["message"]


def test_a_rule_for_which_we_were_always_too_late_gives_no_result_unless_alone(
    sandboxed: None,
    english: Release,
    reference: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(exercise: Exercise, *arguments: Any, **named: Any) -> Report:
        rules = (Outcome(rule, Kind.NOT_RUN, remark=ALWAYS_LATE) for rule in exercise.rules)
        return Report(exercise, tuple(rules))

    monkeypatch.setattr(judging, "run", late)
    notebook = english.file(**named(reference))
    with pytest.raises(NoResult, match="^No result: "):
        judge(notebook, ASSIGNMENT, process=forked)
    verdict = judge(notebook, ASSIGNMENT, process=forked, alone=True).to_dict()
    assert scores(verdict) == ZERO


def _unhurried(sandbox: Callable[..., Any]) -> Callable[..., Any]:
    """Start a sandbox before the end, which is meant for what runs in it."""

    def start(*arguments: Any) -> Any:
        CLOCK.ends_at(math.inf)
        made = sandbox(*arguments)
        CLOCK.ends_at(0.0)
        return made

    return start


# -- harm --------------------------------------------------------------------------------------

HANG = "def recv_one(sock, timeout, limit=65507):\n    while True: pass"


def test_a_hang_costs_its_exercise_and_no_more_time_than_an_exercise_has(
    sandboxed: None, english: Release, reference: dict[str, str]
) -> None:
    cells = named(reference)
    usual, hangs = english.file(**cells), english.file(**cells | {"recv_one": HANG})
    right, its_seconds = timed(usual)
    result, seconds = timed(hangs)
    assert scores(result) == scores(right) | {"ch04/recv_one": 0.0}
    assert "late" in outcomes(result, "ch04/recv_one")
    assert seconds - its_seconds <= EXERCISE_S + OVERTIME_S + HURRY_S


def timed(notebook: bytes) -> tuple[Result, float]:
    """Return a verdict, and the seconds of the clock that it took."""
    question = {
        "notebook": base64.b64encode(notebook).decode(),
        "assignment": ASSIGNMENT,
        "seconds": SUBMISSION_S,
        "alone": True,
        "secret": SECRET,
        "only": None,
    }
    verdict, seconds = judging._in_process(question, fresh)
    return verdict.to_dict(), seconds


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("import os\nos._exit(0)", "ended its process"),
        ("while True: pass", f"was still running after {PATIENCE:g} s"),
    ],
)
def test_of_a_solution_that_does_harm_while_loading_the_definitions_count(
    sandboxed: None, english: Release, reference: dict[str, str], harm: str, why: str
) -> None:
    cells = {"recv_one": f"{reference['recv-one']}\n{harm}", "send_text": reference["send-text"]}
    result = quickly(english.file(**cells))
    assert scores(result) == ZERO | {"ch04/recv_one": 3.0, "ch04/send_text": 2.0}
    assert result["notes"] == [f"Cell recv-one {why}: only its definitions are used."]


def test_a_definition_that_ends_the_process_loses_its_cell_alone(
    sandboxed: None, english: Release, reference: dict[str, str]
) -> None:
    cells = {"recv_one": "import os\nrecv_one = os._exit(0)", "send_text": reference["send-text"]}
    result = quickly(english.file(**cells))
    assert scores(result) == ZERO | {"ch04/send_text": 2.0}
    assert result["notes"] == [
        "Cell recv-one ended its process: only its definitions are used.",
        "Cell recv-one ended its process: it was left out.",
    ]


def test_what_one_exercise_leaves_behind_reaches_no_other(
    right: Result, english: Release, reference: dict[str, str]
) -> None:
    harmful = named(reference | {"send-text": reference["send-text"] + LEAVES})
    result = quickly(english.file(**harmful))
    assert scores(result) | {"ch04/send_text": 2.0} == points()
    assert scores(result)["ch04/send_text"] > 0


LEAVES = """
import os, subprocess
right, kept = send_text, []
def send_text(*args):
    subprocess.Popen(["sleep", "1000"], start_new_session=True)
    threading.Thread(target=threading.Event().wait).start()
    kept.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    with open("/tmp/left", "a") as file:
        file.write("here" * 1000)
    print("x" * 1_000_000)
    if os.fork() == 0:
        while True: pass
    return right(*args)
"""


def test_an_edited_setup_cell_is_noted_and_the_released_text_is_used(
    sandboxed: None, english: Release, reference: dict[str, str]
) -> None:
    (setup,) = [c for c in english.notebook()["cells"] if c["id"] == "setup"]
    edited = "".join(setup["source"]).replace("class Truncated", "class TooLong")
    assert edited != setup["source"]
    cells = {"recv_one": reference["recv-one"], "setup": edited}
    result = quickly(english.file(**cells))
    assert scores(result) == ZERO | {"ch04/recv_one": 3.0}
    assert result["notes"] == ["The setup cell setup was changed: the released text is used."]


def test_a_check_cell_that_was_changed_is_noted_and_does_not_run(
    sandboxed: None, english: Release
) -> None:
    result = quickly(english.file(check_send_text="import os\nos._exit(0)"))
    assert scores(result) == ZERO
    assert result["notes"] == [
        "The check cell check-send-text was changed: the released text is used."
    ]


# -- machines that cannot ----------------------------------------------------------------------


def test_without_bubblewrap_nothing_is_judged_and_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, english: Release
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sentence = "^Grading needs bubblewrap: install it "
    with pytest.raises(Unjudgeable, match=sentence):
        judge(english.file(), ASSIGNMENT)


def test_a_bubblewrap_that_may_not_make_namespaces_is_told_with_what_to_do(
    sandboxed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, english: Release
) -> None:
    refuses = tmp_path / "bwrap"
    refuses.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"
    )
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Unjudgeable, match="Permission denied.*sysctl kernel.apparmor"):
        judge(english.file(), ASSIGNMENT)


def test_a_rule_that_breaks_gives_no_grade(sandboxed: None) -> None:
    rule = RuleVerdict("r", True, Kind.OUR_FAULT, None, "This is our fault.", Told())
    broken = Verdict(ASSIGNMENT, 1, 1, (), "public", (ExerciseVerdict("ch04/x", 1, 1, (rule,)),))
    ended = Ended(0, json.dumps({"verdict": broken.to_dict(), "seconds": 1.0}).encode(), "")
    with pytest.raises(NoResult, match="^GraderError: the rule r of ch04/x broke"):
        judge(b"{}", ASSIGNMENT, process=lambda question: ended)


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        (Ended(None, b"", ""), "^The judge did not end within "),
        (Ended(1, b"", "Traceback\nKeyError: 'x'"), "^The judge ended without a grade: KeyError"),
        (Ended(-9, b"", ""), "^The judge ended without a grade: it was ended by SIGKILL"),
    ],
)
def test_a_judge_that_breaks_gives_no_grade(
    sandboxed: None, capsys: pytest.CaptureFixture[str], ended: Ended, sentence: str
) -> None:
    with pytest.raises(NoResult, match=sentence):
        judge(b"{}", ASSIGNMENT, process=lambda question: ended)
    assert capsys.readouterr().err.split() == ended.said.split()  # loud
