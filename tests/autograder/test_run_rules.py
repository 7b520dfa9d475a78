"""Running the rules of an exercise: what counts, what is run again, and whose fault it was.

The exercises here are made up; the guests are real.
"""

import logging
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.clock import CLOCK
from autograder.exercise import Exercise, Report, Rules
from autograder.guest.loading import LoadCell
from autograder.judging import run_rules
from autograder.judging.draws import public_draw
from autograder.judging.fork import fork
from autograder.judging.run_rules import run
from autograder.learner.copies import Original
from autograder.learner.program import Program
from autograder.network import Learner, Steps
from autograder.report.text import report_text
from autograder.rules import UnknownExercise, find
from autograder.text.observed import TooLate
from autograder.text.wording import Text

PEER = ("peer", "对端")

Rng = random.Random
Body = Callable[[Learner, Steps, Rng], None]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """A test leaves no process, no thread and no descriptor behind."""
    before = children(), threading.active_count(), len(os.listdir("/proc/self/fd"))
    yield
    assert (children(), threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


def children() -> set[int]:
    return set(map(int, Path("/proc/thread-self/children").read_text().split()))


def made(*bodies: Body, id: str = "tst/f", names: tuple[str, ...] = ("f",)) -> Exercise:
    """Return an exercise of 4 points with these rules, of weight 1 each."""
    rules = Rules()
    for body in bodies:
        rules.rule(misconception="UDP-04")(_documented(body))
    return Exercise(id, 4, names, rules)


def _documented(body: Body) -> Body:
    body.__doc__ = f"The clause of {body.__name__}.\n\n{body.__name__} 的条款。"
    return body


def judged(
    exercise: Exercise, *cells: str | LoadCell, only: frozenset[str] | None = None
) -> Report:
    return run(exercise, known(*cells), public_draw(exercise), only)


def known(*cells: str | LoadCell) -> Program:
    loaded = [
        cell if isinstance(cell, LoadCell) else LoadCell(f"cell {number}", cell, whole=True)
        for number, cell in enumerate(cells, 1)
    ]
    return Program(loaded, fork)


def kinds(report: Report) -> list[str]:
    return [outcome.kind for outcome in report.outcomes]


def returns_one(learner: Learner, steps: Steps, rng: Rng) -> None:
    steps.expect("the value", got=learner.call("f"), want=1)


def returns_two(learner: Learner, steps: Steps, rng: Rng) -> None:
    steps.expect("the value", got=learner.call("f"), want=2)


def breaks(learner: Learner, steps: Steps, rng: Rng) -> None:
    raise LookupError("a rule that is wrong itself")


# -- points ------------------------------------------------------------------------------------


def test_a_right_answer_gets_all_points() -> None:
    report = judged(made(returns_one), "def f(): return 1")
    assert kinds(report) == ["passed"]
    assert report.passed
    assert report.score == 4.0


def test_points_are_shared_by_weight_and_rounded_once() -> None:
    rules = Rules(made(returns_one, returns_two).rules)

    def holds(learner: Learner, steps: Steps, rng: Rng) -> None:
        return

    rules.rule(weight=4)(_documented(holds))
    report = judged(Exercise("tst/f", 2, ("f",), rules), "def f(): return 1")
    assert kinds(report) == ["passed", "failed", "passed"]
    assert report.score == 1.67


def test_only_the_rules_asked_for_are_run() -> None:
    report = judged(made(breaks, returns_one), "def f(): return 1", only=frozenset({"returns_one"}))
    assert [outcome.rule.id for outcome in report.outcomes] == ["returns_one"]


def test_a_fault_of_ours_costs_nothing_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        report = judged(made(breaks, returns_one), "def f(): return 1")
    assert kinds(report) == ["our fault", "passed"]
    assert report.passed
    assert report.score == 4.0
    assert "This is our fault, not yours; your points are untouched." in report_text(report)
    assert "这是判题程序的错误，不是你的；不影响得分。" in report_text(report, "zh")
    assert caplog.messages == ["GraderError in tst/f breaks"]
    assert "a rule that is wrong itself" in caplog.text


def test_a_guest_that_cannot_start_is_our_fault(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> Original:
        raise OSError("no more processes")

    chosen = made(returns_one)
    cells = Program([LoadCell("cell 1", "def f(): return 1", True)], fails)
    report = run(chosen, cells, public_draw(chosen))
    assert kinds(report) == ["our fault"]
    assert "no more processes" in caplog.text


def test_a_rule_always_meets_the_same_draw() -> None:
    drawn: list[int] = []

    def draws(learner: Learner, steps: Steps, rng: Rng) -> None:
        drawn.append(rng.randrange(2**30))

    chosen = made(draws)
    for _ in range(2):
        judged(chosen, "def f(): return 1")
    assert drawn[0] == drawn[1]


def test_every_run_of_a_rule_has_a_process_of_its_own() -> None:
    report = judged(
        made(returns_one, _named("again", returns_one)),
        "n = 0\ndef f():\n    global n\n    n += 1\n    return n",
    )
    assert kinds(report) == ["passed", "passed"]


def _named(name: str, body: Body) -> Body:
    def other(learner: Learner, steps: Steps, rng: Rng) -> None:
        body(learner, steps, rng)

    other.__name__ = name
    return other


def test_an_exception_of_a_cells_own_class_is_known_by_its_name() -> None:
    def raises_truncated(learner: Learner, steps: Steps, rng: Rng) -> None:
        learner.start("f").raises_named("Truncated")

    def raises_value_error(learner: Learner, steps: Steps, rng: Rng) -> None:
        learner.start("f").raises(ValueError)

    def raises_timeout(learner: Learner, steps: Steps, rng: Rng) -> None:
        learner.start("f").raises(TimeoutError)

    chosen = made(raises_truncated, raises_value_error, raises_timeout)
    setup = "class Truncated(ValueError): pass\nclass Cut(Truncated): pass"
    report = judged(chosen, setup, "def f(): raise Cut('short')")
    assert kinds(report) == ["passed", "passed", "failed"]
    failed = report.outcomes[2]
    assert failed.expected == Text("TimeoutError raised", "抛出 TimeoutError")
    assert failed.remark == Text(
        "in line 1: def f(): raise Cut('short')", "第 1 行：def f(): raise Cut('short')"
    )


# -- time --------------------------------------------------------------------------------------


def test_a_rule_that_failed_on_time_alone_is_run_once_more_and_last(
    tmp_path: Path, deadline_s: float
) -> None:
    order = []

    def arrives(learner: Learner, steps: Steps, rng: Rng) -> None:
        order.append("arrives")
        peer = steps.udp(PEER)
        call = learner.start("f", peer.address)
        peer.receive(within=0.2)
        call.result()

    def other(learner: Learner, steps: Steps, rng: Rng) -> None:
        order.append("other")

    slow_at_first = f"""
import os, socket, threading
def f(address):
    try:
        os.mkdir({str(tmp_path / "second")!r})
    except FileExistsError:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"x", address)
    else:
        threading.Event().wait({deadline_s})
"""
    report = judged(made(arrives, other), slow_at_first)
    assert kinds(report) == ["passed", "passed"]
    assert order == ["arrives", "other", "arrives"]


def test_a_rule_that_is_late_twice_has_failed() -> None:
    tries = []

    def arrives(learner: Learner, steps: Steps, rng: Rng) -> None:
        tries.append(1)
        learner.start("f")
        steps.udp(PEER).receive(within=0.1)

    report = judged(made(arrives), "import threading\ndef f(): threading.Event().wait()")
    assert kinds(report) == ["late"]
    assert len(tries) == 2
    assert report.score == 0.0
    assert report.outcomes[0].believed == "UDP-04"


def test_a_rule_that_failed_otherwise_is_not_run_again() -> None:
    tries = []

    def counts(learner: Learner, steps: Steps, rng: Rng) -> None:
        tries.append(1)
        returns_two(learner, steps, rng)

    assert kinds(judged(made(counts), "def f(): return 1")) == ["failed"]
    assert len(tries) == 1


def test_when_the_time_is_used_up_what_is_right_passes_and_limits_are_shorter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits(monkeypatch, exercise=0.7, hurry=5.0)
    bodies = [_named("hangs_once", hangs), _named("hangs_again", hangs), returns_one]
    report = judged(made(*bodies), "def f(): return 1\ndef g():\n    while True: pass")
    assert kinds(report) == ["late", "late", "passed"]
    got = [outcome.got.en for outcome in report.outcomes if outcome.got is not None]
    assert got == ["still running after 0.4 s", "still running after 0.2 s"]


def test_rules_that_find_all_the_time_used_up_are_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(monkeypatch, exercise=0.7, hurry=0.3)
    bodies = [_named(f"hangs_{number}", hangs) for number in range(5)]
    report = judged(made(*bodies, returns_one), "def f(): return 1\ndef g():\n    while True: pass")
    assert kinds(report)[:2] == ["late", "late"]
    assert kinds(report)[-2:] == ["not run", "not run"]
    assert report.score == 0.0
    last = report.outcomes[-1].remark
    assert last == Text(
        "not run: failed rules before it used up the 1 s of this exercise",
        "没有运行：前面没有通过的规则已经用完本题的 1 s",
    )


def test_a_hang_in_every_rule_does_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    limits(monkeypatch, exercise=0.7, hurry=0.3)
    bodies = [_named(f"hangs_{number}", hangs) for number in range(9)]
    began = CLOCK.now()
    report = judged(made(*bodies), "def f(): return 1\ndef g():\n    while True: pass")
    assert CLOCK.now() - began < 1.0 + 0.4 + 0.5  # nine rules, and nine tries more, take 7.2 s
    assert set(kinds(report)) == {"late", "not run"}
    assert report.outcomes[0].remark == Text(
        "in g, line 3 of the cell: while True: pass", "g，单元格第 3 行：while True: pass"
    )


def test_when_the_notebooks_time_is_up_the_remark_says_so() -> None:
    exercise = made(returns_one)
    report = run(exercise, known("def f(): return 1"), public_draw(exercise), until=CLOCK.now())
    assert kinds(report) == ["not run"]
    assert report.outcomes[0].remark == Text(
        "not run: the time for judging was up",
        "没有运行：判题时间已经用完",
    )


def test_a_rule_for_which_we_were_too_late_begins_again() -> None:
    tried: list[float] = []

    def late_twice(learner: Learner, steps: Steps, rng: Rng) -> None:
        tried.append(rng.random())
        returns_one(learner, steps, rng)
        if len(tried) < 3:
            raise TooLate

    report = judged(made(late_twice), "def f(): return 1")
    assert kinds(report) == ["passed"]
    assert len(tried) == 3
    assert len(set(tried)) == 1  # with the same draw


def test_who_keeps_us_late_for_ever_does_not_pass_by_that() -> None:
    def late(learner: Learner, steps: Steps, rng: Rng) -> None:
        raise TooLate

    report = judged(made(late), "def f(): return 1")
    assert kinds(report) == ["not run"]
    assert report.score == 0.0


def hangs(learner: Learner, steps: Steps, rng: Rng) -> None:
    """Call g, for which there are 0.4 s."""
    learner.start("g").result(within=0.4)


def limits(monkeypatch: pytest.MonkeyPatch, *, exercise: float, hurry: float) -> None:
    """A call may take 0.4 s; failed rules together so much, and so much more in a hurry."""
    monkeypatch.setattr(run_rules, "CALL_S", 0.4)
    monkeypatch.setattr(run_rules, "EXERCISE_S", exercise)
    monkeypatch.setattr(run_rules, "OVERTIME_S", 0.0)
    monkeypatch.setattr(run_rules, "HURRY_S", hurry)


# -- what is not there -------------------------------------------------------------------------


def test_a_stub_is_unwritten_and_told_in_one_sentence() -> None:
    chosen = made(returns_one, returns_two)
    report = judged(chosen, "def f():\n    # YOUR CODE HERE\n    raise NotImplementedError()")
    assert kinds(report) == ["unwritten", "unwritten"]
    assert report.score == 0.0
    assert report_text(report).splitlines()[1:] == [
        "  f is not written yet: its cell still raises NotImplementedError."
    ]
    assert report_text(report, "zh").splitlines()[1:] == [
        "  f 还没有写：单元格仍在抛出 NotImplementedError。"
    ]


def test_of_two_functions_the_one_that_is_written_counts() -> None:
    def calls_g(learner: Learner, steps: Steps, rng: Rng) -> None:
        steps.expect("the value", got=learner.call("g"), want=1)

    chosen = made(calls_g, returns_one, names=("f", "g"))
    report = judged(chosen, "def f(): return 1\ndef g(): raise NotImplementedError")
    assert kinds(report) == ["unwritten", "passed"]
    assert report.score == 2.0
    assert "2 of 4 points" in report_text(report)
    assert "NotImplementedError" in report_text(report)


def test_a_name_that_is_missing_is_named() -> None:
    report = judged(made(returns_one, names=("f", "g")), "def f(): return 1")
    assert kinds(report) == ["unwritten"]
    assert report_text(report).splitlines()[1:] == [
        "  g is not defined: run the cell that does it, then check."
    ]
    assert report_text(report, "zh").splitlines()[1:] == [
        "  g 还没有定义：先运行定义它的单元格，再来检查。"
    ]


def test_a_name_that_is_missing_because_its_cell_failed_says_why() -> None:
    report = judged(made(returns_one), LoadCell("answer", "x = 1\ndef f(:\n    pass", True))
    assert report.outcomes[0].remark == Text(
        "Python cannot read line 2 of cell answer, `def f(:`: SyntaxError: invalid syntax",
        "Python 读不懂单元格 answer 的第 2 行 `def f(:`：SyntaxError: invalid syntax",
    )


def test_an_unknown_exercise_is_answered_with_the_near_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chapter = SimpleNamespace(EXERCISES=(made(returns_one, id="ch77/f"),))
    monkeypatch.setitem(sys.modules, "autograder.rules.ch77", chapter)
    assert find("ch77/f") is chapter.EXERCISES[0]
    with pytest.raises(
        UnknownExercise, match="^There is no exercise 'ch77/ff': did you mean 'ch77/f'"
    ):
        find("ch77/ff")
    for nonsense in ("", "nonsense", "ch78/x", "../x", "tst", "tftp/x"):
        with pytest.raises(UnknownExercise, match="^There is no exercise "):
            find(nonsense)


# -- cells that do harm ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("while True: pass", "was still running after 0.2 s"),
        ("import os\nos._exit(3)", "ended its process"),
    ],
)
def test_of_a_cell_that_hangs_or_ends_its_process_the_definitions_are_used(
    monkeypatch: pytest.MonkeyPatch, harm: str, why: str
) -> None:
    monkeypatch.setattr("autograder.learner.copies.LOAD_S", 0.2)
    starts = []

    def start() -> Original:
        starts.append(1)
        return fork()

    chosen = made(returns_one, _named("again", returns_one))
    harmful = LoadCell("harmful", f"def f(): return 1\n{harm}", True)
    report = run(chosen, Program([harmful], start), public_draw(chosen))
    assert kinds(report) == ["passed", "passed"]
    assert len(starts) == 2  # it is tried once, not for every rule
    (note,) = report.notes
    assert note.en == f"Cell harmful {why}: only its definitions are used."
    assert report_text(report).endswith(note.en)
    assert note.zh.startswith("单元格 harmful ")


def test_a_definition_that_hangs_or_ends_its_process_is_left_out_and_the_rest_judged() -> None:
    harmful = "import os\nharm = os._exit(3)\ndef g(): return harm"
    report = judged(
        made(returns_one), LoadCell("harmful", harmful, True), "def f(): return 1 or g()"
    )
    assert kinds(report) == ["passed"]
    assert [note.en for note in report.notes] == [
        "Cell harmful ended its process: only its definitions are used.",
        "Cell harmful ended its process: it was left out.",
    ]


def test_the_time_of_a_dropped_cell_is_no_exercises_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.learner.copies.LOAD_S", 0.2)
    monkeypatch.setattr(run_rules, "EXERCISE_S", 1.0 + run_rules.CALL_S - run_rules.OVERTIME_S)
    harmful = [LoadCell(f"harmful {n}", "while True: pass", True) for n in range(5)]
    report = judged(made(returns_one, _named("again", returns_one)), *harmful, "def f(): return 1")
    assert kinds(report) == ["passed", "passed"]
    assert len(report.notes) == 5


def test_a_cell_that_raises_loses_its_own_names_only() -> None:
    report = judged(
        made(returns_one), LoadCell("bad", "1 / 0\ndef f(): return 2", True), "def f(): return 1"
    )
    assert kinds(report) == ["passed"]


def test_an_interrupt_while_cells_load_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Original, *_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Original, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        judged(made(returns_one), "def f(): return 1")


def test_an_interrupt_in_a_rule_leaves_no_process() -> None:
    def interrupted(learner: Learner, steps: Steps, rng: Rng) -> None:
        steps.udp(PEER)
        learner.start("f")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(made(interrupted), "def f():\n    while True: pass")


def test_what_the_code_printed_is_shown_with_a_failure() -> None:
    report = judged(
        made(returns_two), "def f():\n    print('n is', 1)\n    print('你好')\n    return 1"
    )
    assert report.outcomes[0].printed == "n is 1\n你好\n"
    assert "n is 1" in report_text(report)


def test_a_flood_of_output_is_cut() -> None:
    report = judged(made(returns_two), "def f():\n    print('x' * 10_000_000)\n    return 1")
    assert 0 < len(report.outcomes[0].printed) < 10_000


# -- whatever comes back -----------------------------------------------------------------------

VALUES = {
    "nothing": "None",
    "an object": "Thing()",
    "objects": "(Thing(), Thing())",
    "a class": "Thing",
    "a function": "f",
    "a generator": "(n for n in [1])",
    "a coroutine": "coroutine()",
    "a socket": "socket.socket()",
    "a pair of sockets": "socket.socketpair()",
    "NaN": "float('nan')",
    "a huge number": "16 ** 3000",
    "a number too large": "16 ** 9000",
    "a megabyte": "bytes(1_000_000)",
    "three megabytes": "bytes(3_000_000)",
    "many items": "list(range(30_000))",
    "itself": "LOOP",
    "text": "'\\ud800\\x1b[31m\\n' * 50",
    "bytes": "b'\\xff' * 50",
    "a dict": "{Thing: 1}",
    "records": "(Pair(1, 2), Colour.RED, pathlib.Path('/'))",
    "an exception": "ValueError('x')",
    "a raise": "RAISE",
}
NASTY = """
import collections, enum, pathlib, socket
class Thing:
    def __eq__(self, other): return True
    def __len__(self): raise SystemExit
    __hash__ = object.__hash__
Pair = collections.namedtuple("Pair", "a b")
class Colour(enum.Enum): RED = 1
LOOP = []
LOOP.append(LOOP)
async def coroutine(): return Thing()
class Spite(Exception):
    def __str__(self): raise SystemExit
def give(value):
    if value == "RAISE": raise Spite
    return eval(value)
def f(): return give(WHAT)
def g(a=None, *rest, **more): return give(WHAT)
"""


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_no_value_of_the_learners_is_our_fault(
    value: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_rules, "EXERCISE_S", 60.0)  # every rule is to run, however busy it is

    def returns_bytes(learner: Learner, steps: Steps, rng: Rng) -> None:
        steps.udp(PEER)
        steps.expect("the value", got=learner.call("f"), want=b"expected")

    def returns_a_pair(learner: Learner, steps: Steps, rng: Rng) -> None:
        peer = steps.udp(PEER)
        got = learner.call("f")
        steps.expect(("the pair", "二元组"), got=got, want=(b"expected", peer.address))

    def raises(learner: Learner, steps: Steps, rng: Rng) -> None:
        learner.start("f").raises(TimeoutError)

    def sends(learner: Learner, steps: Steps, rng: Rng) -> None:
        learner.start("f")
        steps.udp(PEER).receive()

    def compares(learner: Learner, steps: Steps, rng: Rng) -> None:
        got = learner.call("f")
        steps.expect("the value", got=got == b"expected", want=True)

    chosen = made(returns_bytes, returns_a_pair, raises, sends, compares)
    report = judged(chosen, f"WHAT = {value!r}\n{NASTY}")
    assert not caplog.messages, caplog.text
    assert set(kinds(report)) <= {"failed", "gone"}
    for language in ("en", "zh"):
        assert report_text(report, language).isprintable() or "\n" in report_text(report, language)
        assert "\x1b" not in report_text(report, language)


PASSED_ON = ("an object", "a socket", "a number too large", "three megabytes", "itself", "a raise")


@pytest.mark.parametrize("value", [VALUES[name] for name in PASSED_ON], ids=PASSED_ON)
def test_no_argument_of_a_callback_is_our_fault(
    value: str, caplog: pytest.LogCaptureFixture
) -> None:
    def calls_back(learner: Learner, steps: Steps, rng: Rng) -> None:
        seen: list[Any] = []
        learner.call("f", seen.append)
        steps.expect("what was passed on", got=seen[0] if seen else None, want=b"expected")

    chosen = made(calls_back)
    report = judged(chosen, f"WHAT = {value!r}\n{NASTY}\ndef f(back): back(give(WHAT))")
    assert not caplog.messages, caplog.text
    assert set(kinds(report)) <= {"failed", "gone", "late"}
