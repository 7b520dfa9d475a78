"""The values of judging: an exercise, its rules, and what came of them.

A rule is one clause of an exercise's contract under one network condition. Its docstring is
the clause, in English and, after an empty line, in Chinese. What is asked stands in `rules/`.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from autograder.network import Learner, Steps
from autograder.text.because import Mistakes
from autograder.text.story import QUIET, Did, Kind
from autograder.text.wording import Text
from netlib.schedule import DATAGRAMS, STREAMS, Schedule

__all__ = ["CONDITIONS", "Exercise", "Outcome", "Report", "Rule", "RuleError", "Rules"]

CONDITIONS = {
    "plain": Text("an undisturbed network", "网络一切正常"),
    "lost": Text("datagrams are lost", "丢包"),
    "duplicated": Text("a datagram arrives twice", "同一个数据报到达两次"),
    "reordered": Text("datagrams overtake each other", "数据报乱序到达"),
    "delayed": Text("an answer comes late", "响应迟到"),
    "truncated": Text("a message is cut short", "消息被截断"),
    "empty": Text("an empty message", "空消息"),
    "no content": Text("nothing in it", "内容为空"),
    "maximal": Text("the largest message there is", "最大长度的消息"),
    "limits": Text("the smallest and the largest values", "最小与最大的取值"),
    "binary": Text("bytes that are no text", "不是文本的字节"),
    "unprintable": Text("characters that are not printable", "不可打印的字符"),
    "non-ascii": Text("text beyond ASCII", "非 ASCII 文本"),
    "stranger": Text("a stranger sends, too", "有陌生人插嘴"),
    "unsendable": Text("some datagrams cannot be sent", "有的数据报发不出去"),
    "unreachable": Text("nobody listens there", "对端没有程序在监听"),
    "many clients": Text("several clients at once", "多个客户端同时来访"),
    "silence": Text("nobody answers", "无人响应"),
    "quiet": Text("nobody sends for a while", "一段时间里没有人发消息"),
    "wrap": Text("block numbers begin again at 0", "块号从 0 重新开始"),
    "edges": Text("sizes around a whole number of blocks", "大小恰在整块前后"),
    "lookalike": Text("what looks like one and is none", "看着像、其实不是"),
    "taken": Text("another socket has the address", "地址已被别的套接字占用"),
    "refused": Text("the other side reports an error", "对端报告错误"),
    "hostile": Text("names that lead elsewhere", "指向别处的文件名"),
    "storm": Text("loss, copies, delays, strangers", "丢包、重复、延迟、陌生人都有"),
}
"""What a network can do to a program; every rule names the one that it applies."""

Body = Callable[[Learner, Steps, Random], None]
Draw = Callable[[Random], Schedule | tuple[Schedule, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause of a contract.

    Attributes:
        id: unique within its exercise.
        weight: share of the exercise's points, an integer.
        condition: a key of CONDITIONS.
        misconception: what is believed of whoever fails, where the body names no other.
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


class RuleError(ValueError):
    """A rule cannot be declared so; the message says where and why."""


def _place(body: Body) -> str:
    code = body.__code__
    return f"{os.path.relpath(code.co_filename)}:{code.co_firstlineno}"


class Rules(list[Rule]):
    """The rules of one module, in their order: `RULES = Rules()`, then `@RULES.rule(...)`."""

    def rule(
        self,
        *,
        weight: int = 1,
        condition: str = "plain",
        misconception: str | None = None,
        faults: str | tuple[str, ...] | Draw = "",
    ) -> Callable[[Body], Body]:
        """Make a function the next rule.

        It is run under each of the faults in turn, until it fails.
        """
        texts = (faults,) if isinstance(faults, str) else faults

        def declare(body: Body) -> Body:
            try:
                schedules = texts if callable(texts) else tuple(map(Schedule.parse, texts))
            except ValueError as error:
                raise RuleError(f"{_place(body)}: {error}") from None
            declared = Rule(body.__name__, weight, condition, misconception, body, schedules)
            if condition not in CONDITIONS:
                there = ", ".join(CONDITIONS)
                raise RuleError(f"{_place(body)}: {condition!r} is no condition; there are {there}")
            if not (declared.clause.en and declared.clause.zh):
                raise RuleError(f"{_place(body)}: the clause is needed in both languages")
            self.append(declared)
            return body

        return declare


@dataclass(frozen=True, slots=True)
class Exercise:
    """A function or class that the learner writes, and the rules that judge it.

    Attributes:
        names: what the learner must define.
        uses: ids of earlier exercises whose functions this one builds on.
        protocol: what its messages are, for `netlib.labels`; "" shows them as bytes.
        streams: its rules play the faults of streams; else those of datagrams.
        mistakes: misconceptions that what came gives away, whichever rule sees it.
        descriptors: how many files and sockets the learner's code may have open; None: as usual.
    """

    id: str
    points: int
    names: tuple[str, ...]
    rules: Sequence[Rule]
    uses: tuple[str, ...] = ()
    protocol: str = ""
    streams: bool = False
    mistakes: Mistakes = field(default_factory=dict)
    descriptors: int | None = None

    def __post_init__(self) -> None:
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise RuleError(f"{self.id} has two rules of one name")
        for rule in self.rules:
            for schedule in () if callable(rule.faults) else rule.faults:
                try:
                    self.can_play(schedule)
                except ValueError as error:
                    raise RuleError(f"{_place(rule.body)}: {error}") from None

    def can_play(self, schedule: Schedule) -> None:
        """Raise ValueError for faults that the exercise's rules cannot play."""
        schedule.only(STREAMS if self.streams else DATAGRAMS, f"a rule of {self.id}")
        for fault in schedule.faults:
            if fault.number == 0 and not self.streams:
                raise ValueError(f"datagrams are counted from 1; got {str(fault)!r}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one rule.

    Attributes:
        misconception: what the failure shows; believed: what is believed of it, and told only
            where the exercise's other rules bear it out (see `judging.hints`).
        plainly: what to say in the place of a misconception.
        early: it failed before it came to what the rule is about.
        expected, got, remark: what to say; remark stands for both where there are none.
        under: a caret below got.
        story: what happened, in order; mark is the index of the guilty event.
        printed: what the learner's code printed meanwhile, in practice.
        faults: what the network did.
    """

    rule: Rule
    kind: Kind
    misconception: str | None = None
    believed: str | None = None
    plainly: Text | None = None
    early: bool = False
    expected: Text | None = None
    got: Text | None = None
    remark: Text | None = None
    under: Text | None = None
    story: tuple[Did, ...] = ()
    mark: int | None = None
    printed: str = ""
    faults: Schedule = QUIET

    @property
    def passed(self) -> bool:
        """Whether the rule counts. A fault of ours, or of the machine, never costs points."""
        return self.kind in (Kind.PASSED, Kind.OUR_FAULT, Kind.NOT_RUN_HERE)


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
