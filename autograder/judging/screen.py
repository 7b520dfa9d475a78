"""What the cell of a check shows: a sign of life at once, then what is known, in place.

Where nobody sits in front of the notebook there is one output, at the end: what executes
notebooks and compares them knows no other.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autograder.exercise import Exercise, Report
from autograder.notebooks.kernel import Answer
from autograder.report.green import green_html
from autograder.report.html import check
from autograder.report.text import outcome_text, report_html, report_text, rule_verdict
from autograder.text.story import QUIET, Kind
from autograder.text.wording import Text, points
from autograder.way.hints import about
from autograder.way.next_step import Next, next_step, score
from autograder.way.record import Reached

__all__ = ["Screen"]

_WORKING = Text("Checking {id} …", "正在检查 {id}……")
_GOES_ON = Text("The other rules are still being run …", "其余规则还在运行……")
_HINT = Text("Stuck? The next hint: hint()", "卡住了？再给一点提示：hint()")
_SHRINKS = Text("Looking for a smaller network that shows it …", "正在寻找能重现问题的更小的网络……")
_NEXT = Text("Next: ", "下一步：")
_EDITED = Text(
    "Its cell has been edited since, and not run: run it, then check.",
    "这个单元格之后又改过，但没有运行：请先运行它，再检查。",
)


class Screen:
    """The output of one check."""

    def __init__(self, exercise: Exercise, language: str, *, watched: bool) -> None:
        self._exercise, self._language, self._watched = exercise, language, watched
        self._handle: Any = None

    def working(self) -> None:
        """Show that something goes on."""
        if self._watched:
            self._show(_WORKING.in_(self._language).format(id=self._exercise.id), None)

    def so_far(self, report: Report) -> None:
        """Show what is known, if that is already worth reading."""
        guilty = next((outcome for outcome in report.outcomes if not outcome.passed), None)
        if not self._watched or guilty is None or guilty.kind == Kind.UNWRITTEN:
            return
        if len(report.outcomes) == len(self._exercise.rules):
            if any(o.faults != QUIET for o in report.outcomes if not o.passed):
                self._report(report, [_SHRINKS])
            return
        rest = _GOES_ON.in_(self._language)
        text = outcome_text(guilty, self._exercise, self._language)
        html = None
        if report_html(report, self._language) is not None:
            said = rule_verdict(guilty, self._exercise, self._language)
            html = check(self._exercise.id, said, [rest], self._language)
        self._show(f"{text}\n\n  {rest}", html)

    def end(self, report: Report) -> None:
        """Show the whole report, to whoever runs the notebook."""
        about(_cited(report))
        self._report(report, [])

    def end_of(self, report: Report, judged: Answer, record: Mapping[str, Reached]) -> None:
        """Show the whole report to a learner: with what was judged, and with what is next."""
        below = _judged(judged)
        if not report.passed:
            about(cited := _cited(report))
            return self._report(report, [*below, _HINT] if cited else below)
        number = report.exercise.id.partition("/")[0]
        if record:
            below.append(_so_far(number, *score(number, record)))
        done = Reached(1, 1, 1, "")
        about("")
        record = {**record, report.exercise.id: done}
        following = next_step(number, record, self._language, after=report.exercise.id)
        return self._report(report, below, following)

    def _report(self, report: Report, below: list[Text], following: Next | None = None) -> None:
        language = self._language
        lines = [line.in_(language) for line in below]
        ahead = "" if following is None else _NEXT.in_(language) + following.name.in_(language)
        text = "\n".join([report_text(report, language), *(f"  {x}" for x in [*lines, ahead] if x)])
        if report.passed and self._watched:
            link = (ahead, following.link) if following else None
            html: str | None = green_html(report, lines, language, link)
        else:
            html = report_html(replace(report, notes=(*report.notes, *below)), language)
        self._show(text, html)

    def _show(self, text: str, html: str | None) -> None:
        """Let the notebook choose between text and picture, where there is one."""
        if html is None and not self._watched:
            print(text)
            return
        from IPython.display import display

        data = {"text/plain": text} | ({} if html is None else {"text/html": html})
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=self._watched or None)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, raw=True)

    def clear(self) -> None:
        """Take away what is there."""
        if self._handle is not None:
            from IPython.display import clear_output

            clear_output()  # type: ignore[no-untyped-call]


def _cited(report: Report) -> str:
    """Return the misconception of the first rule that failed, "" if none is known."""
    return next((o.misconception or "" for o in report.outcomes if not o.passed), "")


def _judged(judged: Answer) -> list[Text]:
    """Say which run of which cells was judged, as far as that is known."""
    if not judged.runs:
        return []
    runs = ", ".join(f"In [{number}]" for number in judged.runs)
    lines = [Text(f"Judged: {runs}.", f"判的是 {runs}。")]
    return [*lines, _EDITED] if judged.edited else lines


def _so_far(number: str, got: float, of: float) -> Text:
    chapter, worth = number.removeprefix("ch"), points(got, of)
    return Text(f"Chapter {chapter}: {worth.en}.", f"第 {chapter} 章：{worth.zh}。")
