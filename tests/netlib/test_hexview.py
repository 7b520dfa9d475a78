import html
import re
from collections.abc import Callable
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from netlib.fields import Field
from netlib.hexview import HexView, compare

Contrast = Callable[[str, str], float]
DATA = b"\0\3\0\1" + bytes(range(0x41, 0x4F)) + b"\r\n"
FIELDS = (
    Field("opcode", 0, 2, 3, "DATA"),
    Field("block", 2, 4, 1),
    Field("data", 4, 20, DATA[4:]),
)


def root(html_text: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{html_text}</body>")


def test_the_text_form_names_every_byte() -> None:
    expected = r"""
A block
     0  00 03 00 01 41 42 43 44  45 46 47 48 49 4a 4b 4c  ....ABCDEFGHIJKL
        a---- b---- c-----------------------------------
    16  4d 4e 0d 0a                                       MN..
        c----------

    bytes  field   value
a   0–1    opcode  DATA
b   2–3    block   1
c   4–19   data    b'ABCDEFGHIJKLMN\r\n'
"""
    assert f"\n{HexView(DATA, FIELDS, title='A block')}\n" == expected


def test_fields_that_share_bytes_have_a_line_each() -> None:
    fields = (
        Field("version", 0, 1, 4),
        Field("header length", 0, 1, 5, "20 bytes"),
        Field("service", 1, 2, 0),
        Field("nothing", 2, 2, None, "empty"),
    )
    expected = """
     0  45 00                                             E.
        a- c-
        b-

    bytes  field          value
a   0      version        4
b   0      header length  20 bytes
c   1      service        0
d   –      nothing        empty
"""
    assert f"\n{HexView(bytes.fromhex('4500'), fields)}\n" == expected


def test_bytes_without_fields_are_rows_alone() -> None:
    assert str(HexView(b"hi")) == f"     0  68 69{' ' * 45}hi"
    assert str(HexView(b"")).strip() == "0"
    assert repr(HexView(b"hi")) == "<HexView of 2 bytes, 0 fields>"


def test_long_data_is_folded_and_says_how_much() -> None:
    fields = (Field("head", 0, 20, ""), Field("tail", 50_000, 50_004, ""))
    view = HexView(bytes(100_000), fields)
    lines = str(view).splitlines()
    offsets = [int(line.split()[0]) for line in lines if re.match(r" *\d+  00", line)]
    assert {0, 16, 50_000, 99_984} <= set(offsets)
    folded = [int(n.replace(",", "")) for n in re.findall(r"… ([\d,]+) more rows", str(view))]
    assert len(offsets) + sum(folded) == 100_000 // 16
    assert len(lines) < 45
    assert f"… 还有 {folded[-1]:,} 行" in str(HexView(bytes(100_000), fields, language="zh"))


def test_many_fields_are_counted() -> None:
    view = HexView(bytes(60), [Field(f"byte {i}", i, i + 1, 0) for i in range(60)])
    assert str(view).endswith("20 more fields")
    assert "ab  27" in str(view)
    assert "20 more fields" in view._repr_mimebundle_()["text/html"]


def test_the_page_shows_the_same_with_colours_and_a_table() -> None:
    view = HexView(DATA, FIELDS, title="<A & B>")
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == str(view)
    page = root(bundle["text/html"])
    pre, table = page
    assert "".join(pre.itertext()) == str(view).split("\n\n")[0]
    rows = [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
    assert rows == [
        ["", "bytes", "field", "value"],
        ["a", "0–1", "opcode", "DATA"],
        ["b", "2–3", "block", "1"],
        ["c", "4–19", "data", r"b'ABCDEFGHIJKLMN\r\n'"],
    ]
    coloured = {
        str(span.get("style")).removesuffix(";padding:0 5px") for span in table.iter("span")
    }
    assert len(coloured) == 3  # a colour for every field, and the letter on it
    in_dump = {span.get("style") for span in pre.iter("span")}
    assert in_dump == coloured


def test_every_tint_has_contrast_whatever_the_page_is_like(contrast: Contrast) -> None:
    fields = [Field(str(i), i, i + 1, 0) for i in range(12)]
    page = HexView(bytes(12), fields)._repr_mimebundle_()["text/html"]
    styles = set(re.findall(r'style="color:(#\w{6});background-color:(#\w{6})"', page))
    assert len(styles) == 6
    assert all(contrast(*style) >= 7 for style in styles)


@given(st.binary(max_size=400), st.lists(st.tuples(st.integers(0, 500), st.integers(0, 90))))
def test_any_bytes_and_fields_can_be_shown(data: bytes, spans: list[tuple[int, int]]) -> None:
    fields = [Field(f"<{a}>&\n", a, a + size, data) for a, size in spans]
    view = HexView(data, fields, title="</pre>\x1b")
    bundle = view._repr_mimebundle_()
    page = root(bundle["text/html"])
    assert "".join(page[0].itertext()) == "\n".join(
        bundle["text/plain"].split("\n\n")[0].splitlines()
    )
    assert all(line.isprintable() for line in str(view).splitlines())


# -- expected and got -----------------------------------------------------------------------

REQUEST = b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"


def test_the_first_difference_is_under_a_caret() -> None:
    expected = """
first difference at byte 24 (from 0): expected 61, got 62
both      47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..
expected  48 6f 73 74 3a 20 65 78  61 6d 70 6c 65 2e 6f 72  Host: example.or
got       48 6f 73 74 3a 20 65 78  62 6d 70 6c 65 2e 6f 72  Host: exbmple.or
                                   ^^ byte 24
          … 5 bytes after are not shown
"""
    assert f"\n{compare(REQUEST, REQUEST.replace(b'exa', b'exb'))}\n" == expected


def test_the_same_in_chinese() -> None:
    expected = """
从第 0 个字节（从 0 数起）开始不同：预期 01，实际 结尾
预期      01                                                .
实际
          ^^ 第 0 个字节
预期 1 个字节，实际 0 个
"""
    assert f"\n{compare(bytes([1]), b'', language='zh')}\n" == expected
    assert str(compare(b"x", b"x", language="zh")) == "1 个字节完全相同"


def test_what_is_cut_off_is_said() -> None:
    shown = str(compare(bytes(100_000) + b"abc", bytes(100_000) + b"abx" * 1000))
    assert shown.splitlines()[1] == "          … 99,984 bytes before are the same"
    assert shown.splitlines()[-2:] == [
        "          … 2,984 bytes after are not shown",
        "100,003 bytes expected, 103,000 came",
    ]


def test_one_that_stops_early_is_said() -> None:
    assert compare(b"abc", b"ab").sentence() == (
        "first difference at byte 2 (from 0): expected 63, got the end"
    )
    assert str(compare(b"abc", b"abc")) == "the same 3 bytes"
    assert repr(compare(b"", b"")) == "<Comparison: the same 0 bytes>"


@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=100))
def test_the_first_difference_is_the_first(same: bytes, one: bytes, other: bytes) -> None:
    a, b = same + one, same + other
    comparison = compare(a, b)
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if at is None and len(a) != len(b):
        at = min(len(a), len(b))
    assert comparison.first == at
    bundle = comparison._repr_mimebundle_()
    pre = root(bundle["text/html"])[0]
    shown = "".join(pre.itertext()).splitlines()
    assert [line.rstrip() for line in shown] == str(comparison).splitlines()
    if at is not None:
        carets = next(line for line in shown if line.startswith(" ") and "^^ byte" in line)
        caret = carets.index("^^")
        rows = [line for line in shown if line.startswith(("expected ", "got"))]
        for data, row in zip((a, b), rows, strict=True):
            assert row[caret : caret + 2].strip() == data[at : at + 1].hex()


def test_a_difference_is_found_fast_in_much_data() -> None:
    data = bytes(8 << 20)
    assert compare(data, data[:-1] + b"x").first == len(data) - 1


def test_markup_in_bytes_is_text() -> None:
    shown = compare(b"<b>&", b"<i>&")._repr_mimebundle_()["text/html"]
    assert html.escape("<b>&"[0]) in shown
    assert "".join(root(shown).itertext()).count("<") == 2
