"""`hint()`: the next step towards what a check has found, one at a time."""

from dataclasses import dataclass

from autograder.report.steps import Step, as_html, page, steps
from autograder.text.misconceptions import catalogue
from autograder.text.wording import Text

__all__ = ["Hint", "about", "hint"]

_shown: dict[str, int] = {}  # of each misconception, how many steps
_last = ""  # the misconception that the last check cited


def about(id: str) -> None:
    """Let hint() speak of this misconception, as the last check did; "" for none."""
    global _last
    _last = id
    if id:
        _shown[id] = max(_shown.get(id, 0), 1)  # the report has shown the question


@dataclass(frozen=True, slots=True, repr=False)
class Hint:
    """The steps so far; str() of it is text, and it says how many are left."""

    id: str
    title: str
    shown: tuple[Step, ...]
    left: int
    language: str

    def __str__(self) -> str:
        steps = [f"{number}. {step.text}" for number, step in enumerate(self.shown, 1)]
        return "\n".join([f"{self.id}  {self.title}", *steps, self._end()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        steps = "".join(f"<li>{as_html(step)}</li>" for step in self.shown)
        lang = "zh-Hans" if self.language == "zh" else "en"
        return (
            f'<div lang="{lang}"><p><a href="{page(self.id)}"><strong>{self.id}</strong></a> '
            f"{as_html(Step(self.title))}</p><ol>{steps}</ol><p>{self._end()}</p></div>"
        )

    def _end(self) -> str:
        plural = "" if self.left == 1 else "s"
        said = _LEFT if self.left else _NO_MORE
        return said.in_(self.language).format(left=self.left, plural=plural)


def hint(id: str = "", *, language: str = "en") -> Hint | None:
    """Return the steps that were shown and one more, of a code such as "UDP-04".

    Without an id: of what the last check has found. Prints a sentence where there is nothing.
    """
    global _last
    chosen = (id or _last).strip().upper()
    entry = catalogue().get(chosen)
    if entry is None:
        print((_UNKNOWN if id else _NOTHING).in_(language).format(id=id))
        return None
    _last, every = chosen, steps(entry, language)
    _shown[chosen] = count = min(_shown.get(chosen, 0) + 1, len(every))
    title = entry.title.in_(language)
    return Hint(chosen, title, tuple(every[:count]), len(every) - count, language)


_LEFT = Text("{left} more step{plural}: hint()", "还有 {left} 步提示：hint()")
_NO_MORE = Text("That is all: the rest is yours.", "提示到此为止，剩下的靠你自己。")
_UNKNOWN = Text(
    'There is no code {id}: give one that a report shows, as in hint("UDP-04").',
    '没有 {id} 这个编号：请用报告里出现的编号，例如 hint("UDP-04")。',
)
_NOTHING = Text(
    'The last check has cited no code: give one, as in hint("UDP-04").',
    '上一次检查没有引用编号：请给出一个，例如 hint("UDP-04")。',
)
