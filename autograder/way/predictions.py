"""What a learner predicts before a demonstration, and beside it what happened. Nothing is graded.

    predict("ch04/ports", "Which ports will they have?", same="one port", two="two ports")
    …
    outcome("ch04/ports", "same" if ports[0] == ports[1] else "two")
    …
    predictions("ch04")

An answer is kept in the learner's own file, `predictions.json`, with whether it came true.
"""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from autograder.notebooks.chapter import chapter
from autograder.text.wording import Text
from autograder.way.own_file import OwnFile
from netlib.columns import clean
from netlib.panels.question import question

__all__ = ["Line", "Outcome", "Prediction", "Predictions", "outcome", "predict", "predictions"]


@dataclass(frozen=True, slots=True)
class Line:
    """One prediction.

    Attributes:
        value: what was predicted: the name of a choice, or what was written; said: in words.
        came: what happened, in words; None before it has.
        right: whether that is the same.
    """

    question: str
    value: str
    said: str
    came: str | None = None
    right: bool = False


def _line(data: Any) -> Line:
    match data:
        case {
            "question": str(question),
            "value": str(value),
            "said": str(said),
            "came": str() | None as came,
            "right": bool(right),
        }:
            return Line(question, value, said, came, right)
    raise ValueError("it is no prediction")


_FILE = OwnFile("predictions.json", "predictions", _line, asdict)
_asked: dict[str, "Prediction"] = {}  # in this kernel, by their ids


class Prediction:
    """A question, with choices or room for a word or a number; a widget where there are some.

    answer() says it without a mouse.
    """

    def __init__(self, id: str, question: str, choices: dict[str, str], language: str) -> None:
        self.id, self.question, self.choices = id, question, choices
        self.language = language
        self.line: Line | None = None  # the answer, when there is one

    def answer(self, said: object) -> Self:
        """Predict it: one of the choices by its name, or a word or a number.

        Raises:
            ValueError: said is none of the choices.
        """
        text = str(said).strip()
        if self.choices and text not in self.choices:
            names = ", ".join(self.choices)
            raise ValueError(f"expected one of {names} for {self.id}; got {text!r}")
        self.line = line = Line(self.question, text, self.in_words(text))
        # An answer stands once its outcome was seen.
        _FILE.change(self.id, lambda before: before if before and before.came else line)
        return self

    def in_words(self, value: str) -> str:
        """Return what a learner reads for a value."""
        return self.choices.get(value, value)

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.question}\n  {self.line.said}\n{_NOTED.in_(self.language)}"
        wide = max(map(len, self.choices), default=0)
        ways = [f"  {name:{wide}}  {said}" for name, said in self.choices.items()]
        example = f"answer({next(iter(self.choices))!r})" if self.choices else "answer(…)"
        how = _HOW.in_(self.language).format(example=example)
        return "\n".join([self.question, *ways, how])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        try:
            box = None if self.line else self._widget()
        except ImportError:
            box = None
        if box is None:
            return {"text/plain": str(self)}
        view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
        return {"text/plain": str(self), "application/vnd.jupyter.widget-view+json": view}

    def _widget(self) -> Any:
        def answered(value: str) -> str:
            self.answer(value)
            return _NOTED.in_(self.language)

        return question(self.question, self.choices, answered, _WRITE.in_(self.language))


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What was predicted and what happened; str() of it is a sentence."""

    said: str | None
    came: str
    right: bool
    language: str

    def __str__(self) -> str:
        if self.said is None:
            return _UNSAID.in_(self.language).format(came=self.came)
        sign = " ✓" if self.right else ""
        return _BESIDE.in_(self.language).format(said=self.said, came=self.came, sign=sign)

    __repr__ = __str__


@dataclass(frozen=True, slots=True, repr=False)
class Predictions:
    """The predictions of a chapter, of which so many were asked for; str() of it is a list."""

    lines: tuple[Line, ...]
    asked: int
    language: str

    def __str__(self) -> str:
        seen = [line for line in self.lines if line.came is not None]
        right = sum(line.right for line in seen)
        total = (_TOTAL if seen else _NONE).in_(self.language)
        total = total.format(right=right, asked=self.asked)
        rows = [
            f"{'✓' if line.right else '–'} {line.question}\n    "
            + _BESIDE.in_(self.language).format(said=line.said, came=line.came, sign="")
            for line in seen
        ]
        return "\n".join([total, *rows])

    __repr__ = __str__


def predict(id: str, question: str, *, language: str = "en", **choices: str) -> Prediction:
    """Ask for a prediction.

    Args:
        id: the chapter's number and a name, such as "ch04/ports".
        choices: a name and its words each; none: a word or a number is written.
    """
    if not re.fullmatch(r"ch\w+/[\w-]+", id):
        raise ValueError(f'expected an id such as "ch04/ports"; got {id!r}')
    _asked[id] = asked = Prediction(id, question, choices, language)
    return asked


def outcome(id: str, came: object, *, language: str = "en") -> Outcome:
    """Return what was predicted beside what came: the name of a choice, or a word or a number."""
    asked, text = _asked.get(id), str(came).strip()
    happened = clean(asked.in_words(text) if asked else text)
    line = (asked and asked.line) or _FILE.read().get(id)
    if line is None:
        return Outcome(None, happened, False, language)
    seen = replace(line, came=happened, right=_same(line.value, text))
    _FILE.change(id, lambda before: before if before and before.came else seen)
    return Outcome(clean(seen.said), happened, seen.right, language)


def predictions(number: str, *, language: str = "en") -> Predictions:
    """Return what a learner has predicted in a chapter, such as "ch04"."""
    asked = [cell for cell in chapter(number).cells if cell.role == "predict"]
    lines = [line for id, line in _FILE.read().items() if id.partition("/")[0] == number]
    return Predictions(tuple(lines), len(asked), language)


def _same(said: str, came: str) -> bool:
    try:
        return float(said.replace(",", "")) == float(came.replace(",", ""))
    except ValueError:
        return said.casefold().split() == came.casefold().split()


_HOW = Text(
    "(To answer, write .{example} behind the cell's last bracket and run it again.)",
    "（作答：在单元格最后的括号后面写上 .{example}，再运行一次。）",
)
_WRITE = Text("your prediction, then Enter", "写下预测，按回车")
_NOTED = Text("Noted. Now run the next cell.", "已记下。请运行下一个单元格。")
_BESIDE = Text(
    "You predicted: {said}. It was: {came}.{sign}", "你的预测：{said}；实际：{came}。{sign}"
)
_UNSAID = Text("It was: {came}. (You had predicted nothing.)", "实际：{came}。（你没有写预测。）")
_TOTAL = Text(
    "You predicted {right} of {asked} right.", "本章 {asked} 个预测，你猜对了 {right} 个。"
)
_NONE = Text("You predicted none of the {asked}.", "本章有 {asked} 个预测，你还没有作答。")
