"""What happened under one rule, in parts: a picture, its words, what was expected and what came."""

import itertools
from collections.abc import Iterable

from autograder.exercise import Exercise, Outcome, Rule
from autograder.rules import UnknownExercise, find
from autograder.text.story import QUIET, YOU, Did, Happened, Kind, Sent
from autograder.text.wording import Text, brief
from autograder.verdict import RuleVerdict, Told
from netlib import ladder
from netlib.columns import clean
from netlib.labels import label
from netlib.ladder import Ladder
from netlib.trace import Message, Note

__all__ = [
    "BEFORE",
    "alike",
    "endpoints",
    "event",
    "exercise_of",
    "fail_alike",
    "last",
    "picture",
    "reason",
    "replay_call",
    "rule_of",
    "told",
    "without_draw",
    "words",
]

PAGE_ROWS = 12


def told(outcome: Outcome, exercise: Exercise, language: str = "en") -> Told:
    """Return what happened under one rule, in parts."""
    parts = {}
    if outcome.story and not outcome.passed:
        if (shown := picture(outcome, language)) is not None:
            parts["picture"] = shown.svg()
        parts["steps"] = _steps(outcome, language)
    if outcome.faults != QUIET and not outcome.passed:
        parts["faults"], parts["again"] = str(outcome.faults), replay_call(outcome, exercise)
    if outcome.early:
        parts["before"] = BEFORE.in_(language)
    for name in ("expected", "got", "remark", "plainly"):
        if (value := getattr(outcome, name)) is not None:
            parts[name] = clean(value.in_(language))
    return Told(**parts)


def picture(outcome: Outcome, language: str = "en") -> Ladder | None:
    """Return the diagram of what happened, if anything crossed a network."""
    names = endpoints(outcome, language)
    if len(names) == 1:
        return None
    first, shown = last(outcome, PAGE_ROWS)
    mark = None if outcome.passed or not shown else len(shown) - 1
    return Ladder(
        [event(did, language, 6) for did in shown],
        names,
        mark=mark,
        here=Text("here", "问题在这里").in_(language),
        first=first + 1,
        words=words(language),
    )


def without_draw(outcome: Outcome) -> Outcome:
    """Return an outcome of a graded run without anything that the submission could choose."""
    kept = outcome.remark if outcome.kind in (Kind.NOT_RUN, Kind.OUR_FAULT) else None
    return Outcome(outcome.rule, outcome.kind, remark=kept)


def alike(rules: Iterable[RuleVerdict]) -> list[list[RuleVerdict]]:
    """Return rules in their order; those that failed for one reason stand together."""
    groups: dict[object, list[RuleVerdict]] = {}
    for rule in rules:
        known = rule.told.got or rule.told.remark
        groups.setdefault(reason(rule.told) if known else rule.id, []).append(rule)
    return list(groups.values())


def reason(of: Outcome | Told) -> object:
    """Return what is the same of rules that need to be told only once."""
    return of.plainly or (of.got, of.remark)


def fail_alike(count: int) -> Text:
    """Return what to say above the clauses of so many more rules in which the same came."""
    plural = "rule" if count == 1 else "rules"
    return Text(f"{count} more {plural} got the same:", f"下面 {count} 条规则的实际结果与此相同：")


BEFORE = Text(
    "It did not come to that: something before it is not right.",
    "还没有走到这一步：前面先出了别的问题。",
)


def replay_call(outcome: Outcome, exercise: Exercise) -> str:
    """Return what shows the failure again in the learner's notebook."""
    return f'replay("{exercise.id}/{outcome.rule.id}", "{outcome.faults}")'


def exercise_of(id: str) -> Exercise | None:
    """Return the exercise of that id; None if a verdict is older than the rules."""
    try:
        return find(id)
    except UnknownExercise:
        return None


def rule_of(exercise: Exercise | None, id: str) -> Rule | None:
    """Return the rule of that id, likewise."""
    rules = exercise.rules if exercise else ()
    return next((rule for rule in rules if rule.id == id), None)


def _steps(outcome: Outcome, language: str) -> str:
    """Say what the ladder shows, for those who cannot see it."""
    first, shown = last(outcome, PAGE_ROWS)
    said = words(language)
    events = [event(did, language, 6) for did in shown]
    return said.between.join(ladder.steps(events, first=first + 1, rows=None, words=said))


def last(outcome: Outcome, rows: int) -> tuple[int, tuple[Did, ...]]:
    """Return the story's rows up to the guilty one, and how many there are before them."""
    end = _guilty(outcome) + 1
    first = max(_columns(outcome)[0], end - rows)
    return first, outcome.story[first:end]


def endpoints(outcome: Outcome, language: str) -> tuple[str, ...]:
    """Return the columns: the first peer, the learner, then everybody else."""
    named = [who for who in _columns(outcome)[1] if who != YOU]
    named.insert(1, YOU)
    return tuple(who.in_(language) for who in named)


def _guilty(outcome: Outcome) -> int:
    return len(outcome.story) - 1 if outcome.mark is None else outcome.mark


def _columns(outcome: Outcome) -> tuple[int, list[Text]]:
    """Return who takes part, and from which row on: a ladder has no more columns than that."""
    people = _people(outcome.story)
    if _fit(people):
        return 0, people
    before = outcome.story[: _guilty(outcome) + 1]
    tails = ((first, _people(before[first:])) for first in range(len(before)))
    return next(tail for tail in tails if _fit(tail[1]))


def _fit(people: list[Text]) -> bool:
    return len({YOU, *people}) <= ladder.MOST_ENDPOINTS


def _people(story: tuple[Did, ...]) -> list[Text]:
    """Return who takes part, each once, in the order of their coming."""
    sides = ((did.sender, did.receiver) if isinstance(did, Sent) else (did.at,) for did in story)
    return list(dict.fromkeys(itertools.chain.from_iterable(sides)))


def event(did: Did, language: str, shown: int) -> Message | Note:
    """Return what happened as a ladder takes it, with at most shown bytes of a message."""
    if isinstance(did, Happened):
        return Note(did.at.in_(language), did.what.in_(language))
    if did.protocol:
        said = label(did.data, did.protocol, language=language)
    else:
        said = brief(did.data, shown).in_(language)
    sender, receiver = did.sender.in_(language), did.receiver.in_(language)
    return Message(sender, receiver, said, did.data, did.fate)


def words(language: str) -> ladder.Words:
    """Return a ladder's own words."""
    return ladder.CHINESE if language == "zh" else ladder.ENGLISH
