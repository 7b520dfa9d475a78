"""A check that passed, as HTML: what is right, what it is worth, and where it leads."""

import html as _html

from autograder.exercise import Outcome, Report
from autograder.text.wording import points
from netlib.columns import clean

__all__ = ["green_html"]

_GREEN = "#4c9f4c"  # as an edge, it stands out on white and on black
_BLOCK = f"border-left:4px solid {_GREEN};padding:0.2em 0 0.2em 1em;margin:0.5em 0;max-width:60em"
_LIST = "list-style-type:none;margin:0.5em 0;padding:0"


def green_html(
    report: Report, below: list[str], language: str = "en", link: tuple[str, str] | None = None
) -> str:
    """Return the report of a check that passed; below are lines behind it, link (words, address)
    leads on."""
    lang = "zh-Hans" if language == "zh" else "en"
    worth = points(report.score, report.exercise.points).in_(language)
    rows = "".join(f"<li>{_row(each, language)}</li>" for each in report.outcomes)
    lines = [_shown(line) for line in [*(n.in_(language) for n in report.notes), *below]]
    if link is not None:
        words, address = link
        lines.append(f'<a href="{_html.escape(address)}"><strong>{_shown(words)}</strong></a>')
    return (
        f'<div lang="{lang}" class="tex2jax_ignore mathjax_ignore" style="{_BLOCK}">\n'
        f'<p style="font-size:115%"><strong>✓ {_shown(report.exercise.id)} · {worth}</strong></p>\n'
        f'<ul style="{_LIST}">{rows}</ul>\n<p>{"<br>".join(lines)}</p>\n</div>'
    )


def _row(outcome: Outcome, language: str) -> str:
    clause = _shown(outcome.rule.clause.in_(language))
    if outcome.remark is None:
        return f"✓ {clause}"
    return f"– {clause}<br>{_shown(outcome.remark.in_(language))}"  # it saw nothing, and says why


def _shown(text: str) -> str:
    return _html.escape(clean(text))
