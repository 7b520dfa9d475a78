"""Plain values cross as JSON and come back as themselves; nothing else gets through."""

import collections
import contextlib
import dataclasses
import enum
import json
import math
import pathlib
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.guest.values import (
    MAX_DEPTH,
    MAX_INT_DIGITS,
    MAX_ITEMS,
    MAX_KEYS,
    Record,
    decode,
    encode,
)

HUGE = -(16 ** (MAX_INT_DIGITS - 2))  # and its sign

PLAIN: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    2**64,
    HUGE,
    0.0,
    -0.0,
    1.5,
    5e-324,
    1.7976931348623157e308,
    math.inf,
    -math.inf,
    "",
    "text",
    "你好 \0 \U0001f600",
    "\ud800",
    b"",
    bytes(range(256)),
    bytearray(b"\xff\0"),
    [],
    [1, [2, []]],
    (),
    (1, "a", None),
    {},
    {"a": 1, 2: b"b", (3, "c"): [None], None: {}},
    set(),
    {1, "a", b"b"},
    frozenset({(1, 2), frozenset()}),
]


def crossed(value: Any) -> Any:
    """Return value after a way through JSON text, as the pipe sends it."""
    return decode(json.loads(json.dumps(encode(value))))


def exact(value: Any) -> Any:
    """Return value in a form that differs wherever a type or a value does."""
    if isinstance(value, (set, frozenset)):
        content: Any = frozenset(map(exact, value))
    elif isinstance(value, (list, tuple)):
        content = tuple(map(exact, value))
    elif isinstance(value, dict):
        content = tuple(map(exact, value.items()))
    elif isinstance(value, Record):
        content = (value.type_name, value.kind, exact(value.fields))
    else:
        content = value if isinstance(value, int) else repr(value)
    return type(value).__name__, content


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: type(value).__name__)
def test_a_plain_value_comes_back_with_its_exact_type(value: Any) -> None:
    assert exact(crossed(value)) == exact(value)


def test_not_a_number_comes_back_as_such() -> None:
    assert math.isnan(crossed(math.nan))


def test_a_dict_keeps_its_order() -> None:
    assert list(crossed({"b": 1, "a": 2})) == ["b", "a"]


class Integer(int):
    def __index__(self) -> int:
        return 99

    def __format__(self, spec: str) -> str:
        return "99"


class Float(float):
    def __repr__(self) -> str:
        return "99.0"


class Characters(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "changed"

    def __len__(self) -> int:
        return 0


class Bytes(bytes):
    def __getitem__(self, key: Any) -> Any:
        return b"changed"

    def __bytes__(self) -> bytes:
        return b"changed"


class Buffer(bytearray):
    def __getitem__(self, key: Any) -> Any:
        return bytearray(b"changed")


class Items(list[Any]):
    def __iter__(self) -> Any:
        return iter(["changed"])


class Pair(tuple[Any, ...]):
    __slots__ = ()

    def __iter__(self) -> Any:
        return iter(["changed"])


class Members(set[Any]):
    def __iter__(self) -> Any:
        return iter(["changed"])


class Frozen(frozenset[Any]):
    def __iter__(self) -> Any:
        return iter(["changed"])


class Mapping(dict[Any, Any]):
    def items(self) -> Any:
        return [("changed", True)]

    def __iter__(self) -> Any:
        return iter(["changed"])


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (Integer(7), 7),
        (Float(1.5), 1.5),
        (Characters("abc"), "abc"),
        (Bytes(b"abc"), b"abc"),
        (Buffer(b"abc"), bytearray(b"abc")),
        (Items([1, 2]), [1, 2]),
        (Pair((1, 2)), (1, 2)),
        (Members({1}), {1}),
        (Frozen({1}), frozenset({1})),
        (Mapping({"a": 1}), {"a": 1}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.defaultdict(int, a=1), {"a": 1}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_arrives_as_what_its_base_type_holds(value: Any, base: Any) -> None:
    assert exact(crossed(value)) == exact(base)


class EqualsEverything(bytes):
    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = bytes.__hash__


def test_an_object_that_equals_everything_arrives_as_what_it_holds() -> None:
    assert EqualsEverything(b"wrong") == b"right"
    arrived = crossed(EqualsEverything(b"wrong"))
    assert type(arrived) is bytes
    assert arrived == b"wrong"
    assert arrived != b"right"


Point = collections.namedtuple("Point", "x y")


@dataclasses.dataclass
class Message:
    text: str
    size: int = 0
    lost: Any = dataclasses.field(init=False)


class Colour(enum.Enum):
    RED = 1


class Flag(enum.IntFlag):
    A = 1
    B = 2


@pytest.mark.parametrize(
    ("value", "record"),
    [
        (Point(1, b"y"), Record("Point", "tuple", {"x": 1, "y": b"y"})),
        (Message("a", 3), Record("Message", "dataclass", {"text": "a", "size": 3, "lost": None})),
        (Colour.RED, Record("Colour", "enum", {"name": "RED", "value": 1})),
        (Flag.A | Flag.B, Record("Flag", "enum", {"name": "A|B", "value": 3})),
        (pathlib.PurePosixPath("/a/b"), Record("PurePosixPath", "path", {"text": "/a/b"})),
        ([Point(1, 2)], [Record("Point", "tuple", {"x": 1, "y": 2})]),
        ({Point(1, 2): 3}, {Record("Point", "tuple", {"x": 1, "y": 2}): 3}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_has_named_fields_arrives_as_a_record(value: Any, record: Record) -> None:
    assert crossed(value) == record


@pytest.mark.parametrize(
    "value", [object(), print, 1j, range(3), Message, iter([]), memoryview(b"")]
)
def test_anything_else_is_refused_by_the_name_of_its_type(value: Any) -> None:
    with pytest.raises(TypeError, match=f"^a {type(value).__name__} does not cross the pipe$"):
        encode([value])


def test_what_is_not_plain_is_left_to_special_at_any_depth() -> None:
    sent = encode({"a": [object()]}, special=lambda value: {"handle": 7})
    assert decode(sent, special=lambda data: ("special", data["handle"])) == {"a": [("special", 7)]}


# -- caps -------------------------------------------------------------------------------------


def test_the_deepest_value_allowed_crosses_and_one_level_more_does_not() -> None:
    value: Any = []
    for _ in range(MAX_DEPTH):
        value = [value]
    assert crossed(value) == value
    too_deep = f"^a value nested more than {MAX_DEPTH} deep does not cross$"
    with pytest.raises(ValueError, match=too_deep):
        encode([value])
    with pytest.raises(ValueError, match=too_deep):
        decode({"list": [encode(value)]})


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(ValueError, match="nested more than"):
        encode(value)


def test_the_most_items_allowed_cross_and_one_more_does_not() -> None:
    most = [None] * (MAX_ITEMS - 1)  # the list itself is an item
    assert crossed(most) == most
    with pytest.raises(ValueError, match=f"^a value of more than {MAX_ITEMS} items does not cross"):
        crossed([*most, None])


def test_items_are_counted_through_all_containers() -> None:
    row = {"list": [None] * 999}
    decode({"list": [row] * 19})
    with pytest.raises(ValueError, match="more than"):
        decode({"list": [row] * 20})


def test_the_most_keys_allowed_cross_and_one_more_does_not() -> None:
    most = {"set": [{"int": format(number, "x")} for number in range(MAX_KEYS - 1)]}
    decode({"list": [most, {"dict": [["a", None]]}]})
    with pytest.raises(ValueError, match=f"^a value of more than {MAX_KEYS} keys does not cross$"):
        decode({"list": [most, {"dict": [["a", None], ["b", None]]}]})


def test_the_largest_int_allowed_can_be_printed() -> None:
    assert len(repr(decode({"int": "f" * MAX_INT_DIGITS}))) > MAX_INT_DIGITS


def test_an_int_of_too_many_digits_is_refused() -> None:
    decode({"int": "f" * MAX_INT_DIGITS})
    with pytest.raises(ValueError, match=f"more than {MAX_INT_DIGITS} hexadecimal digits"):
        decode({"int": "f" * (MAX_INT_DIGITS + 1)})


def test_colliding_keys_do_not_make_decoding_slow(deadline_s: float) -> None:
    """Every multiple of 2**61 - 1 has the hash 0 (CPython): a set of them is quadratic."""
    members = [{"int": format(number * (2**61 - 1), "x")} for number in range(MAX_ITEMS - 2)]
    for data in (
        {"set": members},
        {"set": members[:MAX_KEYS]},
        {"list": [{"frozenset": members[:200]} for _ in range(90)]},
        {"dict": [[key, None] for key in members[:MAX_KEYS]]},
        {"set": [{"tuple": [member]} for member in members[:MAX_KEYS]]},
    ):
        began = time.process_time()
        with contextlib.suppress(ValueError):  # too many keys
            decode(data)
        assert time.process_time() - began < deadline_s / 10


# -- whatever comes -----------------------------------------------------------------------------

_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_tags = st.sampled_from(
    [
        "int",
        "float",
        "bytes",
        "bytearray",
        "list",
        "tuple",
        "set",
        "frozenset",
        "dict",
        "record",
        "kind",
        "fields",
        "socket",
    ]
)
_json = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_tags | st.text(max_size=3), inner, max_size=3)
        | st.fixed_dictionaries({"record": inner, "kind": inner, "fields": inner})
        | st.builds(lambda tag, content: {tag: content}, _tags, inner)
    ),
    max_leaves=25,
)


@given(_json)
@example({"set": [{"list": []}]})
@example({"dict": [[{"dict": []}, None]]})
@example({"float": "1_0"})
@example({"float": "ｎａｎ"})
@example({"int": "0x_f"})
@example({"int": ""})
@example({"bytes": "你"})
@example({"bytes": "a"})
@example({"bytes": "\ud800"})
@example({"record": "x", "kind": [], "fields": {}})
@example({"record": "x", "kind": "tuple", "fields": {"": {"list": {}}}})
@settings(max_examples=300, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_json_gives_a_value_or_a_value_error(data: Any) -> None:
    try:
        value = decode(data)
    except ValueError:
        return
    assert exact(value) is not None


_hashable = st.recursive(
    _leaves | st.binary(max_size=8),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=8,
)
_values = st.recursive(
    _hashable | st.binary(max_size=8).map(bytearray),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(_hashable, inner, max_size=4)
        | st.sets(_hashable, max_size=4)
    ),
    max_leaves=20,
)


@given(_values)
@settings(max_examples=150, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_value_comes_back_with_its_exact_type(value: Any) -> None:
    assert exact(crossed(value)) == exact(value)
