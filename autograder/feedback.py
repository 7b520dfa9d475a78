"""A report as text, in the learner's language.

In a notebook the first failed rule is told in full, in at most 14 lines: what must be true,
what happened, what was expected and what came, and one question. `pages` tells every failed
rule that way, in HTML, from what `told` keeps of it.
"""

import re
from typing import Any

from autograder.catalogue import catalogue
from autograder.exercise import CONDITIONS, Exercise, Outcome, Report
from autograder.pages import html
from autograder.story import YOU, Did, Happened, Sent
from autograder.wording import Text, brief, points
from netlib import ladder
from netlib.columns import clean, clip, elide, width
from netlib.trace import Message, Note

__all__ = ["html", "outcome_text", "report_text", "text", "told", "without_draw"]

WIDTH, LINES = 78, 14
_STORY_ROWS = 4
_PAGE_ROWS = 12
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
            lines += _wrapped(f"    ✓ {outcome.rule.clause.in_(language)}", indent=6)
        lines += [f"    ! {o.remark.in_(language)}" for o in outcomes if o.remark]
    elif guilty.kind == "unwritten":
        assert guilty.remark is not None
        lines.append(
            _spread(f"✗ {exercise.id}", points(report.score, exercise.points).in_(language))
        )
        lines.append(f"  {guilty.remark.in_(language)}")
    else:
        lines += _block(guilty, exercise, language, _others(report, guilty, language))
        lines += _printed(guilty.printed, language)
    lines += [note.in_(language) for note in report.notes]
    return "\n".join(lines)


def outcome_text(outcome: Outcome, exercise: Exercise, language: str = "en") -> str:
    """Return what one rule says."""
    if outcome.passed and outcome.remark is None:
        worth = exercise.points_of(outcome.rule)
        *above, last = _wrapped(f"✓ {outcome.rule.clause.in_(language)}")
        return "\n".join([*above, _spread(last, points(worth, worth).in_(language))])
    return "\n".join(_block(outcome, exercise, language, ""))


def told(outcome: Outcome, language: str = "en") -> dict[str, str]:
    """Return what happened under one rule, in parts: those that there are of

    ladder (its lines), steps (the same in words), expected, got, remark.
    """
    parts = {}
    if outcome.story and not outcome.passed:
        parts["ladder"] = "\n".join(_ladder(outcome, language, _PAGE_ROWS))
        parts["steps"] = _steps(outcome, language)
    for name in ("expected", "got", "remark"):
        if (value := getattr(outcome, name)) is not None:
            parts[name] = clean(value.in_(language))
    return parts


def text(result: dict[str, Any], language: str = "en") -> str:
    """Return one exercise of the judge's JSON as text."""
    scored = points(result["score"], result["points"]).in_(language)
    messages = [rule["message"] for rule in result["rules"]]
    if result["rules"] and all(rule["outcome"] == "unwritten" for rule in result["rules"]):
        messages = [f"  {messages[0].splitlines()[-1].strip()}"]  # the same sentence for all
    return "\n".join([_spread(result["id"], scored), *messages])


def without_draw(outcome: Outcome) -> Outcome:
    """Return an outcome of a graded run without anything that the submission could choose."""
    kept = outcome.remark if outcome.kind in ("not run", "our fault") else None
    believed = outcome.rule.misconception if outcome.kind in ("failed", "late") else None
    return Outcome(outcome.rule, outcome.kind, believed, remark=kept)


# -- one rule -------------------------------------------------------------------------------


def _block(outcome: Outcome, exercise: Exercise, language: str, others: str) -> list[str]:
    rule = outcome.rule
    lines = _wrapped(f"✗ {rule.clause.in_(language)}")
    lines.append(f"  {points(0, exercise.points_of(rule)).in_(language)}{others}")
    if rule.condition != "plain":
        network = Text("Network: ", "网络：").in_(language)
        lines.append(f"  {network}{CONDITIONS[rule.condition].in_(language)}")
    found = _found(outcome, language)
    belief = _misconception(outcome.misconception, language) if outcome.misconception else []
    if outcome.story:
        rows = LINES - len(lines) - len(found) - len(belief) - 1  # the endpoints' names
        lines += ["", *_ladder(outcome, language, max(1, min(rows, _STORY_ROWS)))]
    for part in (found, belief):
        if part:
            lines += ["", *part]
    return lines


def _others(report: Report, guilty: Outcome, language: str) -> str:
    rest = [outcome for outcome in report.outcomes if outcome is not guilty]
    right = sum(outcome.passed for outcome in rest)
    english = f" (other rules of {report.exercise.id}: {right} of {len(rest)} passed)"
    chinese = f"（{report.exercise.id} 的其余规则：通过 {right} / {len(rest)}）"
    return Text(english, chinese).in_(language) if rest else ""


def _found(outcome: Outcome, language: str) -> list[str]:
    lines = []
    for label, value in (
        (Text("expected", "应得"), outcome.expected),
        (Text("got     ", "实得"), outcome.got),
    ):
        if value is not None:
            lines.append(f"  {label.in_(language)}  {value.in_(language)}")
    if outcome.remark is not None:
        lines.append(f"  {outcome.remark.in_(language)}")
    return [clip(clean(line), WIDTH) for line in lines]  # a remark quotes the learner's line


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
    story = outcome.story
    first, shown = _last(outcome, rows)
    endpoints = _endpoints(story, language)
    if len(endpoints) == 1:  # nothing crossed a network: the calls alone
        lines = [did.what.in_(language) for did in shown if isinstance(did, Happened)]
        numbered = (f"  {number:3}   {line}" for number, line in enumerate(lines, first + 1))
        return [elide(line, WIDTH) for line in numbered]
    return ladder.text(
        [_event(did, language, 2 if len(endpoints) > 2 else 6) for did in shown],
        endpoints,
        mark=len(shown) - 1,
        here=Text("here", "问题在这里").in_(language),
        first=first + 1,
        words=ladder.CHINESE if language == "zh" else ladder.ENGLISH,
    )


def _steps(outcome: Outcome, language: str) -> str:
    """Say what the ladder shows, for those who cannot see it."""
    first, shown = _last(outcome, _PAGE_ROWS)
    words = ladder.CHINESE if language == "zh" else ladder.ENGLISH
    steps = []
    for number, did in enumerate(shown, first + 1):
        event = _event(did, language, 6)
        if isinstance(event, Note):
            said = f"{event.at}{words.colon}{event.text}"
        else:
            ends = f"{event.sender} to {event.receiver}", f"{event.sender}发给{event.receiver}"
            fate = words.fates.get(event.fate, "")
            said = f"{Text(*ends).in_(language)}{words.colon}{event.label} {fate}".rstrip()
        steps.append(clean(f"{number}. {said}"))
    return Text("; ", "；").in_(language).join(steps)


def _last(outcome: Outcome, rows: int) -> tuple[int, tuple[Did, ...]]:
    """Return the story's rows up to the guilty one, and how many there are before them."""
    mark = len(outcome.story) - 1 if outcome.mark is None else outcome.mark
    first = max(0, mark + 1 - rows)
    return first, outcome.story[first : mark + 1]


def _endpoints(story: tuple[Did, ...], language: str) -> tuple[str, ...]:
    """Return the columns: the first peer, the learner, then everybody else."""
    named: list[Text] = []
    for did in story:
        for who in (did.sender, did.receiver) if isinstance(did, Sent) else (did.at,):
            if who not in named and who != YOU:
                named.append(who)
    named.insert(1, YOU)
    return tuple(who.in_(language) for who in named[:3])


def _event(did: Did, language: str, shown: int) -> Message | Note:
    if isinstance(did, Happened):
        return Note(did.at.in_(language), did.what.in_(language))
    label = brief(did.data, shown).in_(language)
    sender, receiver = did.sender.in_(language), did.receiver.in_(language)
    return Message(sender, receiver, label, did.data, did.fate)


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
