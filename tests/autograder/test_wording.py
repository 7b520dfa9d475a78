"""Values and differences in words: what is the same, and where the first difference is."""

import math
from typing import Any

import pytest

from autograder.guest.values import Record
from autograder.text.naming import Naming
from autograder.text.observed import StudentError
from autograder.text.wording import Text, brief, caret, describe, difference, same
from netlib.columns import width

PAIR = Record("Pair", "tuple", {"a": b"x", "b": 2})


@pytest.mark.parametrize(
    ("want", "got"),
    [
        (None, None),
        (1, 1),
        (1.5, 1.5),
        ("a", "a"),
        (b"", b""),
        ([1, [b"x"]], [1, [b"x"]]),
        ((b"x", 2), (b"x", 2)),
        ((b"x", 2), PAIR),
        ([(b"x", 2)], [PAIR]),
        ({"a": (1, 2)}, {"a": (1, 2)}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1, 2}, {2, 1}),
        (PAIR, PAIR),
    ],
    ids=repr,
)
def test_equal_values_of_the_same_types_are_the_same(want: Any, got: Any) -> None:
    assert same(want, got)


@pytest.mark.parametrize(
    ("want", "got"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        (b"a", "a"),
        (b"a", bytearray(b"a")),
        ("1", 1),
        (None, False),
        ([1], (1,)),
        ((1, 2), [1, 2]),
        ((1, 2), (1, 2, 3)),
        ((1, 2), (1,)),
        ((1, 2), (1, True)),
        ([1, 0], [1, False]),
        ({"a": 1}, {"a": True}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({1}, frozenset({1})),
        ((b"x", 3), PAIR),
        ((b"x",), PAIR),
        ([b"x", 2], PAIR),
        ((b"x", 2), Record("Pair", "dataclass", {"a": b"x", "b": 2})),
        (1, Record("Colour", "enum", {"name": "RED", "value": 1})),
        ("/a", Record("PosixPath", "path", {"text": "/a"})),
        (math.nan, math.nan),
    ],
    ids=repr,
)
def test_what_differs_in_type_or_value_is_not_the_same(want: Any, got: Any) -> None:
    assert not same(want, got)


@pytest.mark.parametrize(
    ("want", "got", "english", "chinese"),
    [
        (
            b"0123456789",
            b"012345678x",
            "first difference at byte 9 (from 0): expected 0x39, got 0x78",
            "从第 9 个字节（从 0 数起）开始不同：应为 0x39，实为 0x78",
        ),
        (
            b"\0\0\1\x2c",
            b"\0",
            "first difference at byte 1 (from 0): yours ends there",
            "从第 1 个字节（从 0 数起）开始不同：你的结果到此为止",
        ),
        (
            b"",
            b"x",
            "first difference at byte 0 (from 0): yours goes on",
            "从第 0 个字节（从 0 数起）开始不同：你的结果多出了后面的部分",
        ),
        (
            "一二三四五六七八九",
            "一二三四五六七八十",
            "first difference at character 8 (from 0): expected '九', got '十'",
            "从第 8 个字符（从 0 数起）开始不同：应为 '九'，实为 '十'",
        ),
        (b"a", "a", "expected bytes, got str", "应为 bytes，实为 str"),
        (b"a", bytearray(b"a"), "expected bytes, got bytearray", "应为 bytes，实为 bytearray"),
        (3, "3", "expected int, got str", "应为 int，实为 str"),
        ((1, 2), None, "expected tuple, got NoneType", "应为 tuple，实为 NoneType"),
        ({"a": 1}, {}, "the key 'a' is missing", "缺少键 'a'"),
        ({"a": 1}, {"a": 1, "b": 2}, "there should be no key 'b'", "不该有键 'b'"),
        (
            {"a": 1, "b": 2},
            {"a": 1, "b": "2"},
            "first difference at 'b': expected 2, got '2'",
            "从键 'b' 开始不同：应为 2，实为 '2'",
        ),
    ],
)
def test_a_difference_is_told_by_its_first_position(
    want: Any, got: Any, english: str, chinese: str
) -> None:
    assert difference(want, got) == Text(english, chinese)


@pytest.mark.parametrize(
    ("want", "got"), [(1, 2), (b"ab", b"ba"), ("ab", "ba"), ([1], [2]), ((1,), [1]), (1, 1.0)]
)
def test_a_difference_that_can_be_seen_at_once_is_not_told(want: Any, got: Any) -> None:
    assert difference(want, got) is None


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (b"", "0 bytes", "0 个字节"),
        (b"a", '1 byte: "a"', '1 个字节："a"'),
        (b"hello", '5 bytes: "hello"', '5 个字节："hello"'),
        (b"\0\xff", "2 bytes: 00 ff", "2 个字节：00 ff"),
        (bytes(9), "9 bytes: 00 00 00 00 00 00 00 00 …", "9 个字节：00 00 00 00 00 00 00 00 …"),
        (b"x" * 41, f'41 bytes: "{"x" * 40}…"', f'41 个字节："{"x" * 40}…"'),
        (bytearray(b"a"), 'bytearray, 1 byte: "a"', 'bytearray, 1 个字节："a"'),
        (7, "7", "7"),
        ("你", "'你'", "'你'"),
        (TimeoutError("late"), "TimeoutError: late", "TimeoutError: late"),
        ((b"a", 1), '(1 byte: "a", 1)', '(1 个字节："a", 1)'),
        (Text("a wait", "等待"), "a wait", "等待"),
    ],
    ids=repr,
)
def test_a_value_is_described_by_its_size_and_beginning(
    value: Any, english: str, chinese: str
) -> None:
    assert describe(value) == Text(english, chinese)


@pytest.mark.parametrize(
    "value",
    [
        "\x1b[31m\n\t\u202e\u200b\ud800" * 30,
        b"\x1b" * 500,
        list(range(1000)),
        {"\x1b": "\n"},
        Record("\x1b[31m" + "x" * 75, "tuple", {"\n": 1}),
        (b"\x1b" * 99, "\x1b" * 99),
        ValueError("\x1b[31m\n" * 99),
        16**3000,
        [[[[[[[[[[1]]]]]]]]]],
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize(
    "say", [describe, lambda value: brief(value, 6)], ids=["describe", "brief"]
)
def test_whatever_comes_is_said_in_one_short_printable_line(value: Any, say: Any) -> None:
    for text in say(value):
        assert text.isprintable()
        assert len(text) <= 130


@pytest.mark.parametrize(
    ("value", "shown", "english", "chinese"),
    [
        ((), 4, "()", "()"),
        (b"", 4, "0 B", "0 B"),
        (b"hello", 0, "5 B", "5 B"),
        (b"hi", 4, '2 B: "hi"', '2 B: "hi"'),
        (b"hello", 4, '5 B: "hell" …', '5 B: "hell" …'),
        (b"\0\1\2\3", 2, "4 B: 00 01 …", "4 B: 00 01 …"),
        ("text", 4, "'text'", "'text'"),
        ("x" * 50, 4, "50 characters", "50 个字符"),
    ],
    ids=repr,
)
def test_a_brief_value_fits_on_an_arrow(value: Any, shown: int, english: str, chinese: str) -> None:
    assert brief(value, shown) == Text(english, chinese)


def test_a_text_is_read_in_either_language() -> None:
    text = Text("a wait", "等待")
    assert (text.in_("en"), text.in_("zh"), text.in_("xx")) == ("a wait", "等待", "a wait")
    assert Text.of("errno") == Text("errno", "errno")
    assert Text.of(("a wait", "等待")) == text


@pytest.mark.parametrize(
    ("want", "got", "below"),
    [
        (b"abc", b"abX", "X"),
        (b"abc", b"ab", '"'),
        (b"\0\1\2", b"\0\1\3", "03"),
        (b"\0" * 9 + b"a", b"\0" * 9 + b"b", None),  # it is not shown
        (b"a" * 50 + b"b", b"a" * 50 + b"c", None),
        (b"abc", b"abc", None),
        (b"a", "a", None),
        (1, 2, None),
        ("abc", "aXc", "Xc"),
        ("a\nb", "a\nc", None),  # an escape moves the columns
        ("", "x", "x"),
    ],
)
def test_a_caret_stands_below_the_first_difference(want: Any, got: Any, below: str | None) -> None:
    shown = describe(got)
    line = caret(want, got, shown)
    if below is None:
        assert line is None
        return
    assert line is not None
    assert line.en.strip() == line.zh.strip() == "^"
    assert shown.en[len(line.en) - 1 :].startswith(below)
    columns = [c for c in shown.zh for _ in range(width(c))]
    assert "".join(columns[len(line.zh) - 1 :]).startswith(below[0])


def test_an_exception_of_the_learners_is_called_by_its_class() -> None:
    error = StudentError("error", "unpack requires a buffer of 4 bytes")
    assert describe(error).en == "error: unpack requires a buffer of 4 bytes"
    assert describe(StudentError("TftpError", 1, "no such file")).en == "TftpError: 1, no such file"


def test_a_list_of_named_things_names_them() -> None:
    server = Text("server's address", "服务器的地址")
    assert describe([(b"x", server)]) == Text(
        '[(1 byte: "x", server\'s address)]', '[(1 个字节："x", 服务器的地址)]'
    )


def test_addresses_are_named_in_the_keys_of_a_dict_too() -> None:
    naming = Naming()
    for number, name in ((4001, ("anna", "安娜")), (4002, ("ben", "本尼"))):
        naming.call(("127.0.0.1", number), Text(*name))
    want = naming.of({("127.0.0.1", 4001): b"a", ("127.0.0.1", 4002): b"b"})
    got = naming.of({("127.0.0.1", 4001): b"a"})
    assert describe(got) == Text('{anna\'s address: 1 byte: "a"}', '{安娜的地址：1 个字节："a"}')
    assert difference(want, got) == Text("the key ben's address is missing", "缺少键 本尼的地址")
    assert difference(got, want) == Text(
        "there should be no key ben's address", "不该有键 本尼的地址"
    )
