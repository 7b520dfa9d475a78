import pytest

from netlib.tables import as_html, as_text


def test_cells_stand_below_each_other_whatever_their_width() -> None:
    assert as_text([("", "read"), ("你好", "-"), ("a", "")]) == "      read\n你好  -\na"
    assert as_text([("a", "b")], gap=" | ") == "a | b"


def test_every_row_has_as_many_cells() -> None:
    with pytest.raises(ValueError, match="shorter"):
        as_text([("a", "b"), ("a",)])


def test_a_page_has_one_head_and_its_cells_are_text() -> None:
    page = as_html([("a", "b"), ("<b>", "&")])
    assert page == (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>&lt;b&gt;</td><td>&amp;</td></tr></table>"
    )
