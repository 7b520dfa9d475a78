"""A report as text, in the learner's language.

In a notebook the first failed rule is told in full, in at most 14 lines: what must be true,
what happened, what was expected and what came, and one question. `pages` tells every failed
rule that way, in HTML, from what `told` keeps of it.
"""

import re
from dataclasses import replace

from autograder.exercise import CONDITIONS, Exercise, Outcome, Report
from autograder.report.html import check, html
from autograder.report.parts import (
    BEFORE,
    alike,
    endpoints,
    event,
    exercise_of,
    fail_alike,
    last,
    picture,
    reason,
    replay_call,
    rule_of,
    told,
    without_draw,
    words,
)
from autograder.text.misconceptions import catalogue
from autograder.text.story import QUIET, YOU, Did, Happened, Kind, Sent
from autograder.text.wording import Text, points
from autograder.verdict import ExerciseVerdict, RuleVerdict
from netlib import ladder
from netlib.columns import clean, clip, elide, width

__all__ = [
    "html",
    "outcome_text",
    "picture",
    "report_html",
    "report_text",
    "rule_verdict",
    "text",
    "told",
    "without_draw",
]

WIDTH, LINES = 78, 14
_STORY_ROWS = 4
_PRINTED_LINES = 5


def report_text(report: Report, language: str = "en") -> str:
    """Return the report of a check as the learner reads it."""
    exercise, outcomes = report.exercise, report.outcomes
    lines: list[str] = []
    guilty = next((outcome for outcome in outcomes if not outcome.passed), None)
    if guilty is None:
        lines.append(
            _spread(f"✓ {exercise.id}", points(report.score, exercise.points).in_(language))
        )
        for outcome in outcomes:
            if outcome.remark is None:
                lines += _wrapped(f"    ✓ {outcome.rule.clause.in_(language)}", indent=6)
            else:
                lines += _unrun(outcome, language, indent=4)
    elif guilty.kind in (Kind.UNWRITTEN, Kind.NOT_RUN):
        assert guilty.remark is not None
        worth = points(report.score, exercise.points).in_(language)
        unwritten = guilty.kind == Kind.UNWRITTEN  # else nobody knows
        lines.append(_spread(f"✗ {exercise.id}", worth) if unwritten else f"✗ {exercise.id}")
        lines += _wrapped(f"  {clean(guilty.remark.in_(language))}")
    else:
        lines += _block(guilty, exercise, language, [_scored(report, guilty, language)])
        lines += _printed(guilty.printed, language)
    lines += [note.in_(language) for note in report.notes]
    return "\n".join(lines)


def outcome_text(outcome: Outcome, exercise: Exercise, language: str = "en") -> str:
    """Return what one rule says."""
    if outcome.passed and outcome.remark is not None:
        return "\n".join(_unrun(outcome, language))
    if outcome.passed:
        return "\n".join(_wrapped(f"✓ {outcome.rule.clause.in_(language)}"))
    return "\n".join(_block(outcome, exercise, language, []))


def rule_verdict(outcome: Outcome, exercise: Exercise, language: str = "en") -> RuleVerdict:
    """Return what came of one rule, with its message."""
    return RuleVerdict(
        outcome.rule.id,
        outcome.passed,
        Kind.FAILED if outcome.kind == Kind.GONE else outcome.kind,
        outcome.misconception,
        outcome_text(outcome, exercise, language),
        told(outcome, exercise, language),
    )


def report_html(report: Report, language: str = "en") -> str | None:
    """Return the report of a check for a notebook: its first failed rule with a picture.

    None where it has nothing to show but words.
    """
    guilty = next((outcome for outcome in report.outcomes if not outcome.passed), None)
    if guilty is None or picture(guilty, language) is None:
        return None
    lines = [_scored(report, guilty, language)]
    lines += _printed(guilty.printed, language)
    lines += [note.in_(language) for note in report.notes]
    said = rule_verdict(guilty, report.exercise, language)
    return check(report.exercise.id, said, [line.strip() for line in lines if line], language)


def text(verdict: ExerciseVerdict, language: str = "en") -> str:
    """Return the verdict on one exercise as text."""
    scored = points(verdict.score, verdict.points).in_(language)
    groups = alike(verdict.rules)
    if verdict.rules and all(rule.outcome == Kind.UNWRITTEN for rule in verdict.rules):
        messages = [f"  {verdict.rules[0].message.splitlines()[-1].strip()}"]
    else:
        exercise = exercise_of(verdict.id)
        messages = [line for group in groups for line in _group(exercise, group, language)]
    return "\n".join([_spread(verdict.id, scored), *messages])


def _group(exercise: Exercise | None, group: list[RuleVerdict], language: str) -> list[str]:
    """Tell the first of rules that came to the same, and the clauses of the others."""
    first, *others = group
    if not others:
        return [first.message]
    lines = [first.message, f"  {fail_alike(len(others)).in_(language)}"]
    for each in others:
        rule = rule_of(exercise, each.id)
        lines += _wrapped(f"✗ {rule.clause.in_(language) if rule else each.id}")
    return lines


# -- one rule -------------------------------------------------------------------------------


def _block(outcome: Outcome, exercise: Exercise, language: str, below: list[str]) -> list[str]:
    """Tell of a rule; below are lines below its clause."""
    lines = _wrapped(f"✗ {outcome.rule.clause.in_(language)}")
    if outcome.early:
        below = [*below, BEFORE.in_(language)]
    lines += [part for line in below for part in _wrapped(f"  {line}")]
    lines += _network(outcome, language)
    found = _found(outcome, language)
    again = _again(outcome, exercise, language)
    belief = _hint(outcome, language)
    if outcome.story:
        # One row is for the endpoints' names.
        rows = LINES - len(lines) - len(found) - len(belief) - 1 - bool(again)
        lines += ["", *_ladder(outcome, language, max(1, min(rows, _STORY_ROWS)))]
    for part in (found, belief):
        if part:
            lines += ["", *part]
    if again:
        lines.append(again)
    return lines


def _network(outcome: Outcome, language: str) -> list[str]:
    if outcome.faults != QUIET:
        smallest = Text("Smallest network that shows it: ", "能重现问题的最小网络：")
        return [f"  {smallest.in_(language)}{outcome.faults}"]
    undisturbed = outcome.rule.faults != (QUIET,) and outcome.story
    if outcome.rule.condition == "plain" or undisturbed:
        return []
    network = Text("Case: ", "情形：").in_(language)
    return [f"  {network}{CONDITIONS[outcome.rule.condition].in_(language)}"]


def _again(outcome: Outcome, exercise: Exercise, language: str) -> str:
    """Return the line to paste into a cell to see it again."""
    if outcome.faults == QUIET:
        return ""
    see = Text("See it again: ", "再看一遍：").in_(language)
    call = replay_call(outcome, exercise)
    return f"  {see}{call}" if width(see + call) <= WIDTH - 2 else f"  {call}"


def _unrun(outcome: Outcome, language: str, indent: int = 0) -> list[str]:
    """Tell of a rule that counts, though it has seen nothing: the remark says why."""
    assert outcome.remark is not None
    blank = " " * indent
    clause = _wrapped(f"{blank}– {outcome.rule.clause.in_(language)}", indent=indent + 2)
    return [*clause, *_wrapped(f"{blank}  {outcome.remark.in_(language)}", indent=indent + 2)]


def _scored(report: Report, guilty: Outcome, language: str) -> str:
    """Say what the exercise is worth so far: a rule's own share is no number that anybody knows.
    And say how many rules fail just as the one that is told."""
    exercise, count = report.exercise, len(report.outcomes)
    right = sum(outcome.passed for outcome in report.outcomes)
    worth = points(report.score, exercise.points)
    reasons = [reason(each) for each in report.outcomes if not each.passed]
    like = reasons.count(reason(guilty))
    alike = Text(f", {like} got the same", f"，{like} 条结果相同") if like > 1 else Text("", "")
    return Text(
        f"{exercise.id}: {worth.en} ({right} of {count} rule{'s' * (count != 1)} passed{alike.en})",
        f"{exercise.id}：{worth.zh}（{count} 条规则通过了 {right} 条{alike.zh}）",
    ).in_(language)


def _found(outcome: Outcome, language: str) -> list[str]:
    lines = []
    for label, value in (
        (Text("expected", "预期"), outcome.expected),
        (Text("got     ", "实际"), outcome.got),
    ):
        if value is not None:
            lines.append(f"  {label.in_(language)}  {value.in_(language)}")
    if outcome.under is not None:
        indent = " " * (4 + width(label.in_(language)))
        lines.append(indent + outcome.under.in_(language))
    if outcome.remark is not None:
        lines.append(f"  {outcome.remark.in_(language)}")
    return [clip(clean(line), WIDTH) for line in lines]  # a remark quotes the learner's line


def _hint(outcome: Outcome, language: str) -> list[str]:
    if outcome.misconception:
        return _misconception(outcome.misconception, language)
    return _wrapped(f"  {outcome.plainly.in_(language)}") if outcome.plainly else []


def _misconception(id: str, language: str) -> list[str]:
    entry = catalogue()[id]
    source = Text(f"   ({entry.source})", f"（{entry.source}）") if entry.source else Text("", "")
    return [
        *_wrapped(f"  {id}  {entry.title.in_(language)}{source.in_(language)}"),
        *_wrapped(f"  {entry.hint.in_(language)}"),
    ]


def _printed(printed: str, language: str) -> list[str]:
    """Show the last lines that the code printed: how people look for a mistake."""
    lines = [clean(line) for line in printed.rstrip().splitlines()]
    if not lines:
        return []
    shown = [f"    {elide(line, WIDTH - 4)}" for line in lines[-_PRINTED_LINES:]]
    if len(lines) > _PRINTED_LINES:
        shown.insert(0, "    …")
    return ["", f"  {Text('your code printed', '你的代码输出了').in_(language)}", *shown]


def _ladder(outcome: Outcome, language: str, rows: int) -> list[str]:
    first, shown = last(outcome, rows)
    names = endpoints(outcome, language)
    if len(names) == 1:  # nothing crossed a network: the calls alone
        lines = [did.what.in_(language) for did in shown if isinstance(did, Happened)]
        numbered = (f"  {number:3}   {line}" for number, line in enumerate(lines, first + 1))
        return [elide(line, WIDTH) for line in numbered]
    narrow = len(names) > 2
    events = [_shorter(did) if narrow else did for did in shown]
    if narrow:
        names = tuple(_BRIEFLY.zh if name == YOU.zh else name for name in names)
    return ladder.text(
        [event(did, language, 2 if narrow else 6) for did in events],
        names,
        mark=len(shown) - 1,
        here=Text("here", "问题在这里").in_(language),
        first=first + 1,
        words=words(language),
    )


_BRIEFLY = Text("you", "你")  # what stands beside narrow columns begins with the name


def _shorter(did: Did) -> Did:
    """Name the learner briefly, and leave out the name of an exception where it would be cut; it
    stands below the ladder."""
    if isinstance(did, Sent):
        return replace(did, sender=_named(did.sender), receiver=_named(did.receiver))
    what = Text("raised", "抛出异常") if did.what.en.startswith("raised ") else did.what
    return Happened(_named(did.at), what)


def _named(who: Text) -> Text:
    return _BRIEFLY if who == YOU else who


def _spread(left: str, right: str) -> str:
    gap = WIDTH - width(left) - width(right)
    return f"{left}{' ' * gap}{right}" if gap >= 2 else f"{left}\n  {right}"


def _wrapped(line: str, indent: int = 2) -> list[str]:
    """Break a line at WIDTH: at blanks, and in Chinese anywhere but before punctuation."""
    lines = [""]
    for part in re.findall(r"[\x21-\u2e7f]+ ?|.[，。；：、）]*", line):
        if width(lines[-1] + part.rstrip()) > WIDTH:
            lines.append(" " * indent)
        lines[-1] += part
    return [line.rstrip() for line in lines]
