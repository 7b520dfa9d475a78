"""The verdict on one exercise as HTML, for feedback pages and the formgrader.

Whatever a submission chose (values, quoted lines, names, messages) comes out as text: without
control or direction characters, escaped, capped, and out of MathJax's reach. The markup works
without JavaScript and without its styles (JupyterLab keeps some of them), and takes its colours
from the page around it, light or dark.
"""

import html as _html

from autograder.exercise import CONDITIONS, Exercise, Rule
from autograder.report.parts import alike, exercise_of, fail_alike, rule_of
from autograder.report.steps import as_html, page, steps
from autograder.text.misconceptions import catalogue
from autograder.text.story import QUIET, Kind
from autograder.text.wording import Text, points
from autograder.verdict import ExerciseVerdict, RuleVerdict, Told
from netlib.columns import clean
from netlib.images import image

__all__ = ["check", "html"]

_MOST_LINES, _MOST_COLUMNS = 40, 200  # of a text of many lines; an honest ladder has 13 of 78
_MOST_CHARACTERS = 600  # of any other text; an honest one has 100
_MOST_PICTURE = 100_000  # an honest one has 5,000

_RED, _GREEN = "#d9534f", "#4c9f4c"  # as edges, both stand out on white and on black
_EDGE = "border-left:4px solid {};padding-left:1em;margin:1em 0"
_CODE = "color:inherit;background-color:transparent;padding:0;font-family:monospace;font-size:95%"
_OPENER = "display:list-item;cursor:pointer"  # nbgrader's style sheet hides the triangle
_PLAIN_LIST = "list-style-type:none;margin:0.5em 0;padding:0"
_STEP = "margin:0.2em 0 0.4em 1.2em"
_LABEL = "display:inline-block;min-width:5.5em"

_LATE = Text(
    "Your code had not come to an end when its time was up.", "时间到了，你的代码还没有结束。"
)
_MORE = Text("A further hint", "再给一点提示")
_SECRET = Text(
    "It fails with values that are drawn for grading alone; your notebook's check draws others.",
    "它在评分时才抽取的数据上没有通过；笔记本里的 check 用的是另一组数据。",
)


def html(verdict: ExerciseVerdict, language: str = "en") -> str:
    """Return the verdict on one exercise as HTML, with everything in it escaped."""
    exercise = exercise_of(verdict.id)
    rules = [(rule_of(exercise, rule.id), rule) for rule in verdict.rules]
    failed = [(rule, said) for rule, said in rules if not said.passed]
    passed = [(rule, said) for rule, said in rules if said.passed]
    parts = [_head(verdict, language, right=not failed)]
    if failed and all(said.outcome == Kind.UNWRITTEN for _, said in failed):
        parts.append(_paragraph(_isolated(_sentence(failed[0][1]))))  # the same for all
    else:
        for first, *others in alike([said for _, said in failed]):
            rest = _others(exercise, others, language)
            parts.append(_failed(exercise, rule_of(exercise, first.id), first, language, rest))
        if any(said.told.steps is not None for _, said in failed):
            parts.append(_again(verdict.id, language))
    if passed:
        parts.append(_passed(exercise, passed, language))
    return _whole(parts, language)


def check(exercise: str, said: RuleVerdict, others: list[str], language: str = "en") -> str:
    """Return the failed rule that a check tells of, with links; others are lines behind it."""
    found = exercise_of(exercise)
    rest = _paragraph("<br>".join(_isolated(line) for line in others))
    block = _failed(found, rule_of(found, said.id), said, language, rest, linked=True)
    return _whole([block], language)


def _whole(parts: list[str], language: str) -> str:
    lang = "zh-Hans" if language == "zh" else "en"
    # MathJax leaves alone what is in elements of these classes, and in <code> and <pre>.
    opening = f'<div lang="{lang}" class="tex2jax_ignore mathjax_ignore" style="max-width:60em">'
    return "\n".join([opening, *parts, "</div>"])


# -- parts of a report ----------------------------------------------------------------------


def _head(verdict: ExerciseVerdict, language: str, *, right: bool) -> str:
    mark = "✓" if right else "✗"
    score = points(verdict.score, verdict.points).in_(language)
    line = f"<strong>{mark} {_shown(verdict.id)}</strong> · {score}"
    return f'<p style="font-size:115%">{line}</p>'


def _failed(
    exercise: Exercise | None,
    rule: Rule | None,
    said: RuleVerdict,
    language: str,
    rest: str = "",
    *,
    linked: bool = False,
) -> str:
    told = said.told
    if exercise is None or rule is None:
        return _block(_RED, [_pre(said.message), rest])
    lines = [f"<strong>✗ {_shown(rule.clause.in_(language))}</strong>"]
    lines += [] if told.before is None else [_shown(told.before)]
    lines += _network(rule, told, language)
    parts = [_paragraph("<br>".join(lines))]
    if told.steps is not None:
        parts.append(_story(told.picture, told.steps, language))
    parts.append(_paragraph("<br>".join(_found(said, told, language))))
    if said.misconception is not None:
        parts.append(_misconception(said.misconception, language, linked=linked))
    elif told.plainly is not None:
        parts.append(_paragraph(f"<strong>{_shown(told.plainly)}</strong>"))
    if told.again is not None:
        see = Text("See it again: ", "再看一遍：").in_(language)
        parts.append(_paragraph(see + _code(told.again)))
    return _block(_RED, [*parts, rest])


def _network(rule: Rule, told: Told, language: str) -> list[str]:
    if told.faults is not None:
        smallest = Text("Smallest network that shows it: ", "能重现问题的最小网络：")
        return [smallest.in_(language) + _code(told.faults)]
    if rule.condition == "plain" or (rule.faults != (QUIET,) and told.steps is not None):
        return []
    network = Text("Case: ", "情形：").in_(language)
    return [network + _shown(CONDITIONS[rule.condition].in_(language))]


def _found(said: RuleVerdict, told: Told, language: str) -> list[str]:
    expected, got = Text("expected", "预期"), Text("got", "实际")
    lines = [
        f'<span style="{_LABEL}">{label.in_(language)}</span> {_code(value)}'
        for label, value in ((expected, told.expected), (got, told.got))
        if value is not None
    ]
    if told.remark is not None:
        lines.append(_code(told.remark) if lines else _isolated(told.remark))
    if not lines and said.outcome == Kind.LATE:
        lines.append(_LATE.in_(language))
    elif not lines:
        lines.append(_SECRET.in_(language))
    return lines


def _story(picture: str | None, steps: str, language: str) -> str:
    """What happened: a picture with its words, or the words alone if no message crossed."""
    label = Text("What happened, step by step: ", "逐步发生的事情：").in_(language)
    if picture is None or len(picture) > _MOST_PICTURE:
        return _paragraph(label + _code(_capped(steps, 4 * _MOST_CHARACTERS)))
    label += _capped(steps, 4 * _MOST_CHARACTERS)
    return _paragraph(image(picture, clean(label)))


def _misconception(id: str, language: str, *, linked: bool) -> str:
    """The question, and behind it the next steps, each behind the one before."""
    entry = catalogue().get(id)
    if entry is None:
        return _paragraph(_shown(id))
    source = Text(f" ({entry.source})", f"（{entry.source}）").in_(language) if entry.source else ""
    code = f'<a href="{page(id)}">{id}</a>' if linked else id
    title = f"<strong>{code} {_shown(entry.title.in_(language))}</strong>{_shown(source)}"
    question, *further = steps(entry, language)
    asked = as_html(question, linked=linked)  # Chinese is not set in italics
    asked = asked if language == "zh" else f"<em>{asked}</em>"
    more = ""
    for step in reversed(further):
        opener = f'<summary style="{_OPENER}">{_MORE.in_(language)}</summary>'
        shown = f'<div style="{_STEP}">{as_html(step, linked=linked)}</div>'
        more = f"<details>{opener}{shown}{more}</details>"
    return f'{_paragraph(f"{title}<br>{asked}")}<div style="margin-bottom:1em">{more}</div>'


def _others(exercise: Exercise | None, others: list[RuleVerdict], language: str) -> str:
    """Name the rules that failed for the same reason."""
    if not others:
        return ""
    rules = [(rule_of(exercise, said.id), said) for said in others]
    clauses = [rule.clause.in_(language) if rule else said.message for rule, said in rules]
    rows = "".join(f"<li>✗ {_shown(clause)}</li>" for clause in clauses)
    told = _paragraph(fail_alike(len(others)).in_(language))
    return f'{told}<ul style="{_PLAIN_LIST}">{rows}</ul>'


def _again(id: str, language: str) -> str:
    call = _code(f'check("{id}")')
    told = Text(f"Your notebook shows the same: {call}", f"在笔记本里可以重现：{call}")
    return _paragraph(told.in_(language))


def _passed(
    exercise: Exercise | None, passed: list[tuple[Rule | None, RuleVerdict]], language: str
) -> str:
    rows = []
    for rule, said in passed:
        if exercise is None or rule is None:
            rows.append(f"<li>{_shown(said.message)}</li>")
            continue
        rows.append(f"<li>✓ {_shown(rule.clause.in_(language))}</li>")
    count = len(passed)
    told = Text(f"{count} rule{'s' * (count != 1)} passed", f"通过的规则：{count} 条")
    opener = f'<summary style="{_OPENER}">{told.in_(language)}</summary>'
    rest = f'<ul style="{_PLAIN_LIST}">{"".join(rows)}</ul>'
    return _block(_GREEN, [f"<details>{opener}{rest}</details>"])


def _sentence(said: RuleVerdict) -> str:
    if said.told.remark is not None:
        return said.told.remark
    return (said.message.strip().splitlines() or [""])[-1].strip()


# -- text as HTML ---------------------------------------------------------------------------


def _block(colour: str, parts: list[str]) -> str:
    return f'<div style="{_EDGE.format(colour)}">\n' + "\n".join(parts) + "\n</div>"


def _paragraph(markup: str) -> str:
    return f"<p>{markup}</p>"


def _capped(text: str, most: int = _MOST_CHARACTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _shown(text: str) -> str:
    return _html.escape(clean(_capped(text)))


def _isolated(text: str) -> str:
    """A text whose direction is its own affair."""
    return f"<bdi>{_shown(text)}</bdi>"


def _code(text: str) -> str:
    """A text that a submission may have chosen, inside a line of ours."""
    style = f"{_CODE};white-space:pre-wrap;overflow-wrap:anywhere"
    return f'<code style="{style}">{_isolated(text)}</code>'


def _pre(text: str, attributes: str = "") -> str:
    """Lines whose columns matter: no letter may turn the direction of the others."""
    lines = text[: _MOST_LINES * _MOST_COLUMNS].splitlines()[:_MOST_LINES]
    shown = "\n".join(_html.escape(clean(_capped(line, _MOST_COLUMNS))) for line in lines)
    style = f"{_CODE};line-height:1.35;border:0;margin:1em 0;overflow-x:auto"
    shown = shown.replace("…", '<span style="font-family:monospace">…</span>')  # 1 column, not 2
    return f'<pre{attributes} style="{style}"><bdo dir="ltr">{shown}</bdo></pre>'
