"""The map of the course: its chapters, what each needs, and how far the learner is.

As text and as HTML; a sign beside each chapter says what its colour says.
"""

import html
from dataclasses import dataclass

from autograder.text.wording import LANGUAGES, Text
from autograder.way.chapters import Chapter, built, chapters
from autograder.way.next_step import Next, left_off, next_exercise, score
from autograder.way.record import kept
from netlib.tables import as_text

__all__ = ["CourseMap", "Stop", "course_map"]

_HEAD = (
    Text("chapter", "章"),
    Text("needs", "先学"),
    Text("points", "得分"),
    Text("next", "下一步"),
)
_COMING = Text("coming", "即将推出")
_WORDS = {"done": Text("done", "完成"), "begin": Text("begin", "开始")}
_SIGNS = {"done": "✓", "begun": "▸", "open": "○", "coming": "·"}


@dataclass(frozen=True, slots=True)
class Stop:
    """One chapter on the map.

    Attributes:
        state: done, begun, open or coming.
        got: points so far, of so many.
        ahead: the id of its next exercise; link leads to its notebook from another one.
    """

    chapter: Chapter
    state: str
    got: float = 0.0
    of: float = 0.0
    ahead: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CourseMap:
    """The chapters in the order in which they are best read; str() of it is a table."""

    stops: tuple[Stop, ...]
    following: Next | None
    language: str = "en"

    def __str__(self) -> str:
        head = [text.in_(self.language) for text in _HEAD]
        rows = [["", *head], *(self._cells(stop) for stop in self.stops)]
        return f"{as_text(rows)}\n\n{self._end()}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th{_LEFT}>{text.in_(self.language)}</th>" for text in _HEAD)
        rows = "\n".join(self._row(stop) for stop in self.stops)
        lang = "zh-Hans" if self.language == "zh" else "en"
        end = html.escape(self._end())
        if self.following is not None:
            end = f'<a href="{html.escape(self.following.link)}">{end}</a>'
        return (
            f'<div lang="{lang}"><table><thead><tr><th></th>{head}</tr></thead>'
            f"<tbody>\n{rows}\n</tbody></table><p>{end}</p></div>"
        )

    def _cells(self, stop: Stop) -> list[str]:
        here = stop.chapter
        points = "" if stop.state == "coming" else f"{stop.got:g} / {stop.of:g}"
        needs = " ".join(need.removeprefix("ch") for need in here.needs)
        name = f"{here.number.removeprefix('ch'):3} {here.title.in_(self.language)}"
        return [_SIGNS[stop.state], name, needs, points, self._ahead(stop)]

    def _ahead(self, stop: Stop) -> str:
        if stop.state == "coming":
            return _COMING.in_(self.language)
        if stop.state == "begun":
            return (stop.ahead or "").partition("/")[2]
        return _WORDS["done" if stop.state == "done" else "begin"].in_(self.language)

    def _row(self, stop: Stop) -> str:
        sign, name, *rest = (html.escape(cell) for cell in self._cells(stop))
        if stop.link is not None:
            name = f'<a href="{html.escape(stop.link)}">{name}</a>'
        cells = "".join(f"<td{_LEFT}>{cell}</td>" for cell in (name, *rest))
        return f"<tr{_STYLES.get(stop.state, '')}><td>{sign}</td>{cells}</tr>"

    def _end(self) -> str:
        if self.following is None:
            return _ALL_DONE.in_(self.language)
        name = self.following.name
        return Text(f"Next: {name.en}", f"下一步：{name.zh}").in_(self.language)


_LEFT = ' style="text-align:left"'
_STYLES = {"coming": ' style="opacity:0.75"'}
_ALL_DONE = Text("You have done all that there is.", "现有的内容你全部完成了。")


def course_map(language: str = "en") -> CourseMap:
    """Return the map, with what this learner's checks have written down."""
    if language not in LANGUAGES:
        raise ValueError(f"course_map() expected a language, en or zh; got {language!r}")
    record = kept()
    stops = []
    for each in chapters():
        name = built(each.number, language)
        if name is None:
            stops.append(Stop(each, "coming"))
            continue
        got, of = score(each.number, record)
        ahead = next_exercise(each.number, record)
        begun = any(id.partition("/")[0] == each.number for id in record)
        state = "done" if ahead is None else "begun" if begun else "open"
        link = f"../{name}/{name}.ipynb"
        stops.append(Stop(each, state, got, of, ahead.id if ahead else None, link))
    return CourseMap(tuple(stops), left_off(record, language), language)
