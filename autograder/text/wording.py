"""Values and differences in words, in both languages, for reports.

A report says what was expected and what came by the first difference, not by printing both.
"""

from typing import Any, NamedTuple

from autograder.guest.values import Record
from netlib.columns import width

__all__ = [
    "LANGUAGES",
    "Text",
    "apart",
    "brief",
    "called",
    "caret",
    "describe",
    "difference",
    "points",
    "same",
]

LANGUAGES = ("en", "zh")
_SHOWN_BYTES = 8
_SHOWN_CHARACTERS = 56


class Text(NamedTuple):
    """One sentence in English and in Chinese."""

    en: str
    zh: str

    def in_(self, language: str) -> str:
        """Return it in one language."""
        return self.zh if language == "zh" else self.en

    @classmethod
    def of(cls, text: "str | Text | tuple[str, str]") -> "Text":
        """Return text as a Text; a plain string reads the same in both languages."""
        return cls(text, text) if isinstance(text, str) else cls(*text)


def apart(name: str) -> str:
    """Return a name as it stands between Chinese characters: with blanks, if it is Latin."""
    before, behind = (" " if end.isascii() else "" for end in (name[:1], name[-1:]))
    return f"{before}{name}{behind}"


def called(label: str) -> Text:
    """Return what to call the cell of that label: "cell 7", or the id of a released one."""
    name = label.removeprefix("cell ")
    return Text(f"cell {name}", f"单元格 {name}")


def points(got: float, of: float) -> Text:
    """Return a score in words."""
    plural = "" if of == 1 else "s"
    return Text(f"{got:g} of {of:g} point{plural}", f"得 {got:g} / {of:g} 分")


def same(want: Any, got: Any) -> bool:
    """Return whether got is want in type and in value, containers item by item.

    A named tuple is as good as the tuple that it extends.
    """
    if isinstance(want, tuple) and isinstance(got, Record) and got.kind == "tuple":
        got = tuple(got.fields.values())
    if type(want) is not type(got):
        return False
    if isinstance(want, (list, tuple)):
        return len(want) == len(got) and all(map(same, want, got))
    if isinstance(want, dict):
        return want.keys() == got.keys() and all(same(want[key], got[key]) for key in want)
    return bool(want == got)


def brief(value: Any, shown: int) -> Text:
    """Return value for the arrow of a diagram: at most shown bytes of it."""
    if isinstance(value, Text):
        return value
    if isinstance(value, tuple):
        return _joined([brief(item, 0) for item in value])
    if type(value) is list and _names_something(value):
        return _joined([brief(item, 0) for item in value], "[]")
    if type(value) is dict and any(map(_names_something, value.items())):
        return Text(*(_shortened(words, 20) for words in describe(value)))
    if isinstance(value, str) and len(value) > 20:
        return Text(f"{len(value)} characters", f"{len(value)} 个字符")
    if not isinstance(value, bytes):
        return Text.of(_shortened(_repr(value), 20))
    size = len(value)
    if not value or not shown:
        return Text.of(f"{size} B")
    head = value[:shown]
    text = f'"{head.decode("ascii")}"' if _is_text(head) else head.hex(" ")
    return Text.of(f"{size} B: {text}{' …' if size > shown else ''}")


def _is_text(value: bytes) -> bool:
    return value.isascii() and value.decode("ascii").isprintable()


def describe(value: Any) -> Text:
    """Return value in a few words: its size and its beginning."""
    if isinstance(value, Text):
        return value
    if isinstance(value, (bytes, bytearray)):
        return _bytes(bytes(value), "" if isinstance(value, bytes) else "bytearray, ")
    if isinstance(value, BaseException):
        name = getattr(value, "called", type(value).__name__)
        return Text.of(_shortened(f"{name}: {value}", 66))
    if isinstance(value, Record):
        name = _shortened(value.type_name, 30)
        return Text(f"a {name}", f"一个 {name}")
    if isinstance(value, tuple) and any(isinstance(item, (bytes, Text)) for item in value):
        return _joined([describe(item) for item in value])
    if type(value) is dict and any(map(_names_something, value.items())):
        pairs = [map(describe, item) for item in value.items()]
        parts = [Text(f"{key.en}: {item.en}", f"{key.zh}：{item.zh}") for key, item in pairs]
        return _joined(parts[:3], "{}")
    if type(value) in (list, tuple) and _names_something(value):
        return _joined(
            [describe(item) for item in value[:3]], "[]" if type(value) is list else "()"
        )
    return Text.of(_shortened(_repr(value)))


def difference(want: Any, got: Any) -> Text | None:
    """Return where got first departs from want, if that says more than showing both."""
    if type(want) is not type(got):
        if isinstance(got, (bytes, str)) or got is None or isinstance(want, (bytes, str)):
            names = type(want).__name__, type(got).__name__
            return Text("expected {}, got {}".format(*names), "应为 {}，实为 {}".format(*names))
        return None
    if isinstance(want, (bytes, str)):
        return _first_difference(want, got)
    if isinstance(want, (list, tuple)):
        unlike = [pair for pair in zip(want, got, strict=False) if not same(*pair)]
        return difference(*unlike[0]) if len(unlike) == 1 and len(want) == len(got) else None
    if isinstance(want, dict):
        for key in want:
            name = _key(key)
            if key not in got:
                return Text(f"the key {name.en} is missing", f"缺少键 {name.zh}")
            if not same(want[key], got[key]):
                here, there = _key(got[key]), _key(want[key])
                return Text(
                    f"first difference at {name.en}: expected {there.en}, got {here.en}",
                    f"从键 {name.zh} 开始不同：应为 {there.zh}，实为 {here.zh}",
                )
        for key in got:
            if key not in want:
                name = _key(key)
                return Text(f"there should be no key {name.en}", f"不该有键 {name.zh}")
    return None


def _key(value: Any) -> Text:
    """Return a key or a value of a dict in a few words; of an address, its name."""
    return value if isinstance(value, Text) else Text.of(_shortened(_repr(value), 30))


def caret(want: Any, got: Any, shown: Text) -> Text | None:
    """Return the line to put below shown, which describes got: a caret where it departs from
    want. None if that place is not to be seen there."""
    if type(want) is not type(got) or not isinstance(got, (bytes, str)) or want == got:
        return None
    at, quote = _departure(want, got), "\"'"[isinstance(got, str)]
    lines = []
    for line in shown:
        if quote in line:
            place = line.index(quote) + 1 + at
            seen = at <= len(line) - line.index(quote) - 2 and not line[place:].startswith("…")
        else:
            place = max(line.find(": "), line.find("：") - 1) + 2 + 3 * at
            seen = isinstance(got, bytes) and at < min(len(got), _SHOWN_BYTES)
        if not seen or "\\" in line[:place]:
            return None
        lines.append(" " * width(line[:place]) + "^")
    return Text(*lines)


def _departure(want: Any, got: Any) -> int:
    """Return the index of the first item in which two differ."""
    pairs = enumerate(zip(want, got, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(want), len(got)))


def _repr(value: Any) -> str:
    try:
        if type(value) in (set, frozenset) and value:  # in an order that is the same in every run
            items = f"{{{', '.join(sorted(map(repr, value)))}}}"
            return items if type(value) is set else f"frozenset({items})"
        return repr(value)
    except ValueError:  # an int of more digits than Python writes
        return f"a huge {type(value).__name__}"


def _names_something(value: list[Any] | tuple[Any, ...]) -> bool:
    """Tell whether a name stands for an address somewhere in it."""
    return any(
        isinstance(item, Text) or (type(item) in (list, tuple) and _names_something(item))
        for item in value
    )


def _joined(parts: list[Text], brackets: str = "()") -> Text:
    opening, closing = brackets[0], brackets[1]
    english, chinese = (
        ", ".join(part.in_(language) for part in parts) for language in ("en", "zh")
    )
    return Text(f"{opening}{english}{closing}", f"{opening}{chinese}{closing}")


def _first_difference(want: Any, got: Any) -> Text | None:
    if max(len(want), len(got)) <= _SHOWN_BYTES and len(want) == len(got):
        return None
    at = _departure(want, got)
    unit, item = ("byte", "字节") if isinstance(want, bytes) else ("character", "字符")
    if at == len(got):
        how = Text("yours ends there", "你的结果到此为止")
    elif at == len(want):
        how = Text("yours goes on", "你的结果多出了后面的部分")
    else:
        a, b = _item(want[at]), _item(got[at])
        how = Text(f"expected {a}, got {b}", f"应为 {a}，实为 {b}")
    return Text(
        f"first difference at {unit} {at} (from 0): {how.en}",
        f"从第 {at} 个{item}（从 0 数起）开始不同：{how.zh}",
    )


def _item(item: int | str) -> str:
    return f"0x{item:02x}" if isinstance(item, int) else repr(item)


def _bytes(value: bytes, kind: str) -> Text:
    count = len(value)
    if not value:
        return Text(f"{kind}0 bytes", f"{kind}0 个字节")
    shown = value[:_SHOWN_BYTES].hex(" ") + (" …" if count > _SHOWN_BYTES else "")
    if _is_text(value[:40]):
        text = value[:40].decode("ascii")
        shown = f'"{text}{"…" if count > 40 else ""}"'
    return Text(
        f"{kind}{count} byte{'s' if count != 1 else ''}: {shown}",
        f"{kind}{count} 个字节：{shown}",
    )


def _shortened(text: str, limit: int = _SHOWN_CHARACTERS) -> str:
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
