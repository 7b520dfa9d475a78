import pytest

from netlib.columns import clean, elide, pad, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("你好", 4), ("a你", 3), ("…◀", 2), ("é", 1), ("e\u0301", 1), ("（", 2)],
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc…fg"),
        ("abcdefg", 1, "…"),
        ("abcdefg", 0, ""),
        ("", 0, ""),
        ("你好世界", 8, "你好世界"),
        ("你好世界", 7, "你…界"),
        ("你好世界", 6, "你…界"),
        ("你好世界", 2, "…"),
    ],
)
def test_what_is_too_much_goes_from_the_middle(text: str, limit: int, shown: str) -> None:
    assert elide(text, limit) == shown
    assert width(shown) <= limit


def test_padding_respects_wide_characters() -> None:
    assert pad("你", 4) == "你  "
    assert pad("long", 2) == "long"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 你好", "plain 你好"),
        ("two\nlines", r"two\nlines"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202eevil", r"\u202eevil"),
        ("\udc80", r"\udc80"),
    ],
)
def test_unprintable_characters_are_escaped(text: str, shown: str) -> None:
    assert clean(text) == shown
