"""Plain values as JSON and back: what may cross between the judge and the guest.

Values keep their exact built-in types; subclasses cross as the type that they extend, so an
object that claims to equal everything arrives as what it holds. Nothing is ever unpickled,
and every size is capped.
"""

import base64
import dataclasses
import enum
import math
import pathlib
from collections.abc import Callable
from typing import Any

__all__ = ["MAX_DEPTH", "MAX_INT_DIGITS", "MAX_ITEMS", "MAX_KEYS", "Record", "decode", "encode"]

MAX_ITEMS = 20_000  # in one value, containers counted with their contents
MAX_KEYS = 5_000  # of dicts and sets in one value: colliding ones cost their square
MAX_DEPTH = 40
MAX_INT_DIGITS = 3_500  # hexadecimal; Python refuses to print ints of over 4,300 decimal digits

Special = Callable[[Any], Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A value with named fields: a named tuple, dataclass, enum member or path.

    Attributes:
        kind: "tuple", "dataclass", "enum" or "path".
        fields: the values by name; an enum has name and value, a path has text.
    """

    type_name: str
    kind: str
    fields: dict[str, Any]

    def __hash__(self) -> int:  # named tuples may be keys
        return hash((self.type_name, *self.fields.values()))


# -- values -> JSON -----------------------------------------------------------------------


def encode(value: Any, special: Special | None = None, depth: int = 0) -> Any:
    """Return value as what `json` can write. special turns everything else into a tagged
    dict. Raises TypeError for what does not cross, ValueError beyond MAX_DEPTH."""
    if depth > MAX_DEPTH:
        raise ValueError(f"a value nested more than {MAX_DEPTH} deep does not cross")
    inner = depth + 1
    if value is None or value is True or value is False:
        return value
    if isinstance(value, enum.Enum):
        return _record("enum", value, {"name": value.name, "value": value.value}, special, inner)
    if isinstance(value, pathlib.PurePath):
        return _record("path", value, {"text": str(value)}, special, inner)
    if isinstance(value, tuple) and (names := getattr(type(value), "_fields", None)):
        fields = dict(zip(names, tuple.__iter__(value), strict=False))
        return _record("tuple", value, fields, special, inner)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name, None) for f in dataclasses.fields(value)}
        return _record("dataclass", value, fields, special, inner)
    if isinstance(value, int):
        return {"int": format(int.__index__(value), "x")}
    if isinstance(value, float):
        return {"float": float.__repr__(value)}
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(bytes.__getitem__(value, slice(None))).decode()}
    if isinstance(value, bytearray):
        return {"bytearray": base64.b64encode(bytearray.__getitem__(value, slice(None))).decode()}
    for kind, tag in _CONTAINERS:
        if isinstance(value, kind):
            return {tag: [encode(item, special, inner) for item in kind.__iter__(value)]}
    if isinstance(value, dict):
        pairs = dict.items(value)
        return {"dict": [[encode(k, special, inner), encode(v, special, inner)] for k, v in pairs]}
    if special is not None:
        return special(value)
    raise TypeError(f"a {type(value).__name__} does not cross the pipe")


_CONTAINERS: tuple[tuple[Any, str], ...] = (
    (list, "list"),
    (tuple, "tuple"),
    (set, "set"),
    (frozenset, "frozenset"),
)


def _record(
    kind: str, value: Any, fields: dict[str, Any], special: Special | None, depth: int
) -> Any:
    content = {name: encode(item, special, depth) for name, item in fields.items()}
    return {"record": type(value).__name__, "kind": kind, "fields": content}


# -- JSON -> values -----------------------------------------------------------------------


def decode(data: Any, special: Special | None = None) -> Any:
    """Return the value that encode wrote as data; special reads every tag that is not ours.

    Raises ValueError for anything that encode does not write, and beyond the caps.
    """
    return _Decoder(special).value(data, 0)


class _Decoder:
    def __init__(self, special: Special | None) -> None:
        self.special = special
        self.items = 0
        self.keys = 0

    def value(self, data: Any, depth: int) -> Any:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise ValueError(f"a value of more than {MAX_ITEMS} items does not cross")
        if depth > MAX_DEPTH:
            raise ValueError(f"a value nested more than {MAX_DEPTH} deep does not cross")
        if data is None or type(data) in (bool, str):
            return data
        if type(data) is not dict or not data:
            raise ValueError("a value is null, true, false, a text or a tagged object")
        if "record" in data:
            return self.record(data, depth + 1)
        if len(data) == 1:
            ((tag, content),) = data.items()
            if tag in _SCALARS:
                return _SCALARS[tag](content)
            for kind, name in _CONTAINERS:
                if tag == name:
                    return self.built(kind, [self.value(x, depth + 1) for x in _list(content)])
            if tag == "dict":
                return self.built(dict, [self.pair(x, depth + 1) for x in _list(content)])
        if self.special is None:
            raise ValueError(f"{sorted(map(str, data))[:3]} is no tag of a value")
        return self.special(data)

    def pair(self, data: Any, depth: int) -> tuple[Any, Any]:
        if type(data) is not list or len(data) != 2:
            raise ValueError("an item of a dict is a list of a key and a value")
        return self.value(data[0], depth), self.value(data[1], depth)

    def record(self, data: dict[str, Any], depth: int) -> Record:
        name, kind, fields = data["record"], data.get("kind"), data.get("fields")
        if type(name) is not str or type(fields) is not dict:
            raise ValueError("a record has a type name and fields")
        if kind not in ("tuple", "dataclass", "enum", "path"):
            raise ValueError("a record is a tuple, dataclass, enum or path")
        return Record(name[:80], kind, {k[:80]: self.value(v, depth) for k, v in fields.items()})

    def built(self, kind: Any, items: list[Any]) -> Any:
        if kind not in (list, tuple):
            self.keys += len(items)
            if self.keys > MAX_KEYS:
                raise ValueError(f"a value of more than {MAX_KEYS} keys does not cross")
        try:
            return kind(items)
        except TypeError:
            raise ValueError("a key of a dict or member of a set must be hashable") from None


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise ValueError("a container holds a list")
    return content


def _text(content: Any) -> str:
    if type(content) is not str:
        raise ValueError("a number or bytes are written as text")
    return content


def _int(content: Any) -> int:
    if len(_text(content)) > MAX_INT_DIGITS:
        raise ValueError(f"an int of more than {MAX_INT_DIGITS} hexadecimal digits does not cross")
    return int(content, 16)  # linear in the number of digits, unlike decimal


def _float(content: Any) -> float:
    if len(_text(content)) > 40:
        raise ValueError("a float is written in at most 40 characters")
    number = float(content)
    return math.nan if math.isnan(number) else number


def _bytes(content: Any) -> bytes:
    return base64.b64decode(_text(content), validate=True)


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "int": _int,
    "float": _float,
    "bytes": _bytes,
    "bytearray": lambda content: bytearray(_bytes(content)),
}
