"""What leads on from a report, step by step and never to the solution itself: the question, what
to look at, where the chapter shows it, the same thing in another case."""

import html
import re
from dataclasses import dataclass

from autograder.notebooks.chapter import Cell, chapter
from autograder.text.misconceptions import Misconception
from autograder.text.wording import Text

__all__ = ["Step", "as_html", "page", "steps"]

_PRE = (
    "margin:0.5em 0;padding:0;border:0;color:inherit;background-color:transparent;"
    "white-space:pre;overflow-x:auto"
)
_HEADING = re.compile(r"(?m)^#{1,6} +(.+)$")
_EXERCISE = re.compile(r"Exercise \d|习题 \d")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: markdown, and the address that it leads to from a chapter's notebook."""

    text: str
    link: str = ""


def steps(entry: Misconception, language: str) -> list[Step]:
    """Return the steps of a misconception, the question first."""
    found = [Step(entry.hint.in_(language)), Step(entry.look.in_(language))]
    if (where := _where(entry.where, language)) is not None:
        found.append(where)
    if entry.example is not None:
        found.append(Step(entry.example.in_(language).strip()))
    return found


def page(id: str) -> str:
    """Return the address of a misconception's place in the catalogue, from a chapter."""
    return f"../catalogue.ipynb#cell-id={id}"


def _where(place: str, language: str) -> Step | None:
    number, _, id = place.partition("/")
    try:
        shown = chapter(number, language)
    except LookupError:
        return None
    section = ""
    for cell in shown.cells:
        headings = _headings(cell)
        if cell.id == id and (heading := headings[-1] if headings else section):
            said = _SHOWN.in_(language).format(number=number[2:], heading=heading)
            return Step(said, f"../{shown.name}/{shown.name}.ipynb#cell-id={id}")
        # What stands behind an exercise belongs to the section around it.
        section = next((each for each in reversed(headings) if not _EXERCISE.match(each)), section)
    return None


def _headings(cell: Cell) -> list[str]:
    return _HEADING.findall(cell.source) if cell.role == "prose" else []


_SHOWN = Text("Chapter {number} shows it: “{heading}”.", "第 {number} 章演示过：“{heading}”。")


def as_html(step: Step, *, linked: bool = True) -> str:
    """Return a step as HTML: paragraphs, fenced code, `code`."""
    parts = []
    for number, part in enumerate(re.split(r"```\w*\n(.*?)\n?```", step.text, flags=re.DOTALL)):
        said = html.escape(part.strip(), quote=False)
        if number % 2:
            parts.append(f'<pre style="{_PRE}">{said}</pre>')
        elif said:
            parts.append(re.sub(r"`([^`]+)`", r"<code>\1</code>", said))
    whole = "".join(parts)
    return f'<a href="{html.escape(step.link)}">{whole}</a>' if step.link and linked else whole
