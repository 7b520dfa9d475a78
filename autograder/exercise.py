"""The vocabulary of judging: an exercise, its rules, and what came of them.

A rule is one clause of an exercise's contract under one network condition. Its docstring is
the clause, in English and, after an empty line, in Chinese. See `rules/` for the chapters'.
"""

import difflib
import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from autograder.text.story import QUIET
from autograder.text.wording import Text
from netlib.schedule import DATAGRAMS, STREAMS, Schedule

if TYPE_CHECKING:
    from autograder.network.learner import Learner
    from autograder.network.steps import Steps
    from autograder.text.story import Did

__all__ = [
    "CONDITIONS",
    "Exercise",
    "Outcome",
    "Report",
    "Rule",
    "UnknownExercise",
    "exercise",
    "exercises",
    "find",
    "find_rule",
    "playable",
    "rule",
]

CONDITIONS = {
    "plain": Text("an undisturbed network", "网络一切正常"),
    "lost": Text("datagrams are lost", "丢包"),
    "duplicated": Text("a datagram arrives twice", "同一个数据报到达两次"),
    "reordered": Text("datagrams overtake each other", "数据报乱序到达"),
    "delayed": Text("an answer comes late", "响应迟到"),
    "truncated": Text("a message is cut short", "消息被截断"),
    "empty": Text("an empty message", "空消息"),
    "maximal": Text("the largest message there is", "最大长度的消息"),
    "binary": Text("bytes that are no text", "不是文本的字节"),
    "non-ascii": Text("text beyond ASCII", "非 ASCII 文本"),
    "stranger": Text("a stranger sends, too", "有陌生人插嘴"),
    "unreachable": Text("nobody listens there", "对端没有程序在监听"),
    "many clients": Text("several clients at once", "多个客户端同时来访"),
    "silence": Text("nobody answers", "无人响应"),
    "wrap": Text("block numbers begin again at 0", "块号从 0 重新开始"),
    "edges": Text("sizes around a whole number of blocks", "大小恰在整块前后"),
    "refused": Text("the other side reports an error", "对端报告错误"),
    "hostile": Text("names that lead elsewhere", "指向别处的文件名"),
    "storm": Text("loss, copies, delays, strangers", "丢包、重复、延迟、陌生人都有"),
}
"""What a network can do to a program; every rule names the one that it applies."""

Body = Callable[["Learner", "Steps", Random], None]
Draw = Callable[[Random], Schedule | tuple[Schedule, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause of a contract.

    Attributes:
        id: unique within its exercise.
        weight: share of the exercise's points, an integer.
        condition: a key of CONDITIONS.
        misconception: cited on failure where the body names no other.
        faults: what the network does meanwhile: schedules, each in a run of its own, or a
            function that draws them. The clause holds under fewer and smaller faults, too.
    """

    id: str
    weight: int
    condition: str
    misconception: str | None
    body: Body
    faults: tuple[Schedule, ...] | Draw = (QUIET,)

    def schedules(self, rng: Random) -> tuple[Schedule, ...]:
        """Return the faults of each run; what is drawn takes the same from rng every time."""
        drawn = self.faults(rng) if callable(self.faults) else self.faults
        return (drawn,) if isinstance(drawn, Schedule) else drawn

    @property
    def clause(self) -> Text:
        """What must be true, in the words of the exercise."""
        english, _, chinese = (self.body.__doc__ or "").partition("\n\n")
        return Text(" ".join(english.split()), "".join(chinese.split("\n")).strip())


@dataclass(frozen=True, slots=True)
class Exercise:
    """A function or class that the learner writes, and the rules that judge it.

    Attributes:
        names: what the learner must define.
        uses: ids of earlier exercises whose functions this one builds on.
        protocol: what its messages are, for `netlib.labels`; "" shows them as bytes.
        streams: its rules play the faults of streams; else those of datagrams.
    """

    id: str
    points: int
    names: tuple[str, ...]
    uses: tuple[str, ...] = ()
    protocol: str = ""
    streams: bool = False
    rules: list[Rule] = field(default_factory=list)

    def points_of(self, rule: Rule) -> float:
        """Return the share of the points that one rule carries."""
        return round(self.points * rule.weight / sum(r.weight for r in self.rules), 2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one rule.

    Attributes:
        kind: passed, failed, late (failed on time alone), gone, unwritten, not run (no time
            was left), not run here (this machine cannot), or our fault.
        expected, got, remark: what to say; remark stands for both where there are none.
        under: a caret below got.
        story: what happened, in order; mark is the index of the guilty event.
        printed: what the learner's code printed meanwhile, in practice.
        faults: what the network did.
    """

    rule: Rule
    kind: str
    misconception: str | None = None
    expected: Text | None = None
    got: Text | None = None
    remark: Text | None = None
    under: Text | None = None
    story: tuple["Did", ...] = ()
    mark: int | None = None
    printed: str = ""
    faults: Schedule = QUIET

    @property
    def passed(self) -> bool:
        """Whether the rule counts. A fault of ours, or of the machine, never costs points."""
        return self.kind in ("passed", "our fault", "not run here")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an exercise."""

    exercise: Exercise
    outcomes: tuple[Outcome, ...]
    notes: tuple[Text, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every rule passed."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def score(self) -> float:
        """Points, rounded to two places."""
        weights = sum(rule.weight for rule in self.exercise.rules)
        right = sum(outcome.rule.weight for outcome in self.outcomes if outcome.passed)
        return min(float(self.exercise.points), round(self.exercise.points * right / weights, 2))

    def text(self, language: str = "en") -> str:
        """Return the report as the learner reads it."""
        from autograder.report.text import report_text

        return report_text(self, language)


class UnknownExercise(LookupError):
    """No exercise has that id; the message names the nearest ones."""


_EXERCISES: dict[str, Exercise] = {}


def exercise(
    id: str,
    points: int,
    names: tuple[str, ...],
    uses: tuple[str, ...] = (),
    protocol: str = "",
    streams: bool = False,
) -> None:
    """Declare an exercise. Called by the modules of `rules`, in the chapter's order."""
    if id in _EXERCISES:
        raise ValueError(f"the exercise {id!r} is declared twice")
    _EXERCISES[id] = Exercise(id, points, names, uses, protocol, streams)


def rule(
    id: str,
    *,
    weight: int = 1,
    condition: str = "plain",
    misconception: str | None = None,
    faults: str | tuple[str, ...] | Draw = "",
) -> Callable[[Body], Body]:
    """Make a function the next rule of the exercise id.

    It is run under each of the faults in turn, until it fails.
    """
    schedules = faults if callable(faults) else _read(faults, _EXERCISES[id])
    if condition not in CONDITIONS:
        raise ValueError(f"{condition!r} is no condition; there are {', '.join(CONDITIONS)}")

    def declare(body: Body) -> Body:
        declared = Rule(body.__name__, weight, condition, misconception, body, schedules)
        if not (declared.clause.en and declared.clause.zh):
            raise ValueError(f"{id} {body.__name__}: the clause is needed in both languages")
        _EXERCISES[id].rules.append(declared)
        return body

    return declare


def _read(faults: str | tuple[str, ...], exercise: Exercise) -> tuple[Schedule, ...]:
    texts = (faults,) if isinstance(faults, str) else faults
    schedules = tuple(map(Schedule.parse, texts))
    for schedule in schedules:
        playable(schedule, exercise)
    return schedules


def exercises(chapter: str) -> tuple[Exercise, ...]:
    """Return a chapter's exercises ("ch04"), in order; none if it has no rules."""
    number = chapter.partition("_")[0]
    try:
        importlib.import_module(f"autograder.rules.{number}")
    except ModuleNotFoundError as error:
        if error.name != f"autograder.rules.{number}":
            raise
    return tuple(e for e in _EXERCISES.values() if e.id.startswith(f"{number}/"))


def find(id: str) -> Exercise:
    """Return an exercise. Raises UnknownExercise, naming the near ones."""
    chapter, _, _ = str(id).partition("/")
    known = {e.id: e for e in exercises(chapter)} if chapter.isalnum() else {}
    if id in known:
        return known[id]
    near = difflib.get_close_matches(str(id), known, n=3, cutoff=0.3) or list(known)
    hint = f"did you mean {' or '.join(repr(n) for n in near)}?" if near else "which chapter is it?"
    raise UnknownExercise(f"There is no exercise {id!r}: {hint}")


def playable(schedule: Schedule, exercise: Exercise) -> None:
    """Raise ValueError for faults that the exercise's rules cannot play."""
    schedule.only(STREAMS if exercise.streams else DATAGRAMS, f"a rule of {exercise.id}")
    for fault in schedule.faults:
        if fault.number == 0 and not exercise.streams:
            raise ValueError(f"datagrams are counted from 1; got {str(fault)!r}")


def find_rule(id: str) -> tuple[Exercise, Rule]:
    """Return the rule "ch04/request/answered_at_once". Raises UnknownExercise as `find` does."""
    chapter, _, rest = str(id).partition("/")
    name, _, wanted = rest.partition("/")
    parent = f"{chapter}/{name}"
    found = find(parent)
    for each in found.rules:
        if each.id == wanted:
            return found, each
    known = [each.id for each in found.rules]
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.3) or known[:3]
    hint = " or ".join(repr(f"{parent}/{n}") for n in near)
    raise UnknownExercise(f"There is no rule {id!r}: did you mean {hint}?")
