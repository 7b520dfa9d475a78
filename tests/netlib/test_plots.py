import base64
import html
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest

from netlib.columns import width
from netlib.plots import bars, lines

SENT = bars({"sent": 20_000, "arrived": 256}, title="Into a sleeping receiver", unit="datagrams")


def test_the_text_form_is_complete_on_its_own() -> None:
    first, second = "#" * 51, "#"
    assert str(SENT).splitlines() == [
        "Into a sleeping receiver",
        f"sent     {first}  20,000 datagrams",
        f"arrived  {second}{' ' * 50}  256 datagrams",
    ]
    assert SENT._repr_mimebundle_()["text/plain"] == str(SENT)


def test_the_text_form_respects_wide_characters() -> None:
    lines = str(bars({"发送": 2, "收": 1, "z": 0}, title="数据报", unit="个")).splitlines()
    assert all(width(line) <= 78 for line in lines)
    assert [width(line[: line.index("#")]) for line in lines[1:3]] == [6, 6]
    assert lines[3].endswith(" 0 个")
    assert "#" not in lines[3]


def test_the_picture_says_its_numbers_to_who_cannot_see_it() -> None:
    shown = SENT._repr_mimebundle_()["text/html"]
    found = re.fullmatch(
        r'<span [^>]*><img alt="(.*)" src="data:image/svg\+xml;base64,([^"]*)".*></span>', shown
    )
    assert found is not None
    assert found[1] == "Into a sleeping receiver: sent 20,000 datagrams; arrived 256 datagrams"
    assert base64.b64decode(found[2]).decode() == SENT.svg()


def test_the_picture_is_well_formed_on_a_white_card_with_text_as_text() -> None:
    picture = SENT.svg()
    ElementTree.fromstring(picture)
    assert picture.index("fill: #ffffff") < picture.index("fill: #1f5fa8")
    for said in ("sent", "20,000 datagrams", "256 datagrams", "Into a sleeping receiver"):
        assert f">{said}</text>" in picture


def test_the_same_numbers_give_the_same_picture_in_every_process() -> None:
    code = (
        "from netlib.plots import bars; import sys; sys.stdout.write(bars("
        "{'sent': 20_000, 'arrived': 256}, "
        "title='Into a sleeping receiver', unit='datagrams').svg())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert other == SENT.svg()
    assert "<dc:date>" not in other


def test_dollars_brackets_quotes_and_chinese_are_text() -> None:
    chart = bars({'"<b>': 1.5, "价 $x$": 0.12345}, title="A & B", unit="毫秒")
    shown = chart._repr_mimebundle_()["text/html"]
    alt = html.escape('A & B: "<b> 1.5 毫秒; 价 $x$ 0.123 毫秒')
    assert f'alt="{alt}"' in shown
    assert "$x$" in chart.svg()
    assert "价" in chart.svg()


def test_all_zeros_is_a_chart_too() -> None:
    assert str(bars({"a": 0, "b": 0}, title="none")).splitlines()[1:] == [
        f"a{' ' * 76}0",
        f"b{' ' * 76}0",
    ]
    bars({"a": 0}, title="none").svg()


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "bars() expected at least one value; got none"),
        ({"a": -1}, "bars() expected numbers from 0; got -1 for 'a'"),
        ({"a": float("nan")}, "bars() expected numbers from 0; got nan for 'a'"),
        ({"a": float("inf")}, "bars() expected numbers from 0; got inf for 'a'"),
    ],
)
def test_what_is_no_bar_is_said(values: dict[str, float], complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        bars(values, title="x")


def test_without_matplotlib_the_text_remains_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    bundle = SENT._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].endswith("it is not installed: pip install matplotlib)")


def test_importing_plots_does_not_import_matplotlib() -> None:
    code = "import sys, netlib.plots; print('matplotlib' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "False\n"


# ---------------------------------------------------------------- lines

RATES = lines(
    {"512 B": {10: 50.25, 0: 12_000, 50: 10}, "1428 B": {0: 20_000.4, 10: 139.5}},
    title="One block a round trip",
    x="delay in ms",
    y="KiB/s",
)


def test_lines_as_text_are_a_table_with_a_row_for_each_x() -> None:
    assert str(RATES).splitlines() == [
        "One block a round trip, KiB/s",
        "delay in ms   512 B  1428 B",
        "          0  12,000  20,000",
        "         10    50.2     140",
        "         50      10",
    ]
    assert RATES._repr_mimebundle_()["text/plain"] == str(RATES)


def test_the_table_respects_wide_characters_and_long_names() -> None:
    chart = lines({"发送" * 40: {0: 1}, "x" * 99: {1: 2}, "z": {2: 3}}, title="数据报" * 50, x="秒")
    assert all(width(line) <= 78 for line in str(chart).splitlines())
    assert len({width(line) for line in str(chart).splitlines()[1:2]}) == 1


def test_lines_say_their_numbers_to_who_cannot_see_them() -> None:
    shown = RATES._repr_mimebundle_()["text/html"]
    found = re.fullmatch(
        r'<span [^>]*><img alt="(.*)" src="data:image/svg\+xml;base64,([^"]*)".*></span>', shown
    )
    assert found is not None
    assert found[1] == (
        "One block a round trip (KiB/s over delay in ms): 512 B 12,000 at 0, 50.2 at 10, "
        "10 at 50; 1428 B 20,000 at 0, 140 at 10"
    )
    assert base64.b64decode(found[2]).decode() == RATES.svg()
    assert repr(RATES) == f"<Lines: {found[1]}>"


def test_without_names_for_the_axes_the_sentence_names_none() -> None:
    assert lines({"a": {1: 2}}, title="t").alternative() == "t: a 2 at 1"
    assert lines({"a": {1: 2}}, title="t", x="s").alternative() == "t (over s): a 2 at 1"
    assert lines({"a": {1: 2}}, title="t", y="B").alternative() == "t (B): a 2 at 1"
    assert str(lines({"a": {1: 2}}, title="t")).splitlines() == ["t", "   a", "1  2"]


def test_the_lines_are_told_apart_without_colours(contrast: Callable[[str, str], float]) -> None:
    picture = lines({name: {0: 1, 1: 2} for name in "abcd"}, title="t").svg()
    drawn = re.findall(r'id="line2d_\d+">\s*<path [^>]*style="([^"]*)"', picture)
    shown = [style for style in drawn if "stroke-width: 1.5" in style]
    series = list(dict.fromkeys(shown))
    assert len(series) == 4
    assert len({re.sub("stroke: #[0-9a-f]*;?", "", style) for style in series}) == 4
    for style in series:
        found = re.search("stroke: (#[0-9a-f]{6})", style)
        assert found is not None
        assert contrast(found[1], "#ffffff") >= 4.5


def test_the_picture_of_lines_is_well_formed_and_starts_at_zero() -> None:
    picture = RATES.svg()
    ElementTree.fromstring(picture)
    for said in ("512 B", "1428 B", "delay in ms", "KiB/s", "One block a round trip", "0"):
        assert f">{said}</text>" in picture
    assert "<dc:date>" not in picture
    assert picture == RATES.svg()


def test_where_all_numbers_are_whole_the_axes_have_no_halves() -> None:
    counted = lines({"a": {1: 1, 2: 2, 3: 2}}, title="t").svg()
    assert re.findall(r">(\d+\.\d+)</text>", counted) == []
    measured = lines({"a": {1: 0.5, 2: 2, 3: 2}}, title="t").svg()
    assert re.findall(r">(\d+\.\d+)</text>", measured) != []


def test_points_of_lines_are_in_the_order_of_x() -> None:
    assert RATES.series[0] == ("512 B", ((0, 12_000), (10, 50.25), (50, 10)))


def test_one_point_and_zeros_are_lines_too() -> None:
    chart = lines({"a": {-5: 0}}, title="none")
    assert str(chart).splitlines()[1:] == ["    a", "-5  0"]
    ElementTree.fromstring(chart.svg())


def test_dollars_and_brackets_in_lines_are_text() -> None:
    chart = lines({"$a$ <b>": {0: 1}}, title="A & $x$", x="<i>", y="$y$")
    ElementTree.fromstring(chart.svg())
    assert "$a$ &lt;b&gt;" in chart.svg()
    assert (
        html.escape("A & $x$ ($y$ over <i>): $a$ <b> 1 at 0")
        in (chart._repr_mimebundle_()["text/html"])
    )


@pytest.mark.parametrize(
    ("series", "complaint"),
    [
        ({}, "lines() expected 1 to 4 series; got 0"),
        ({str(i): {0: 1} for i in range(5)}, "lines() expected 1 to 4 series; got 5"),
        ({"a": {}}, "lines() expected at least one point in 'a'; got none"),
        ({"a": {0: -1}}, "lines() expected numbers from 0; got -1 at 0 in 'a'"),
        ({"a": {0: math.nan}}, "lines() expected numbers from 0; got nan at 0 in 'a'"),
        ({"a": {2: math.inf}}, "lines() expected numbers from 0; got inf at 2 in 'a'"),
        ({"a": {math.inf: 1}}, "lines() expected numbers from 0; got 1 at inf in 'a'"),
        ({"a": {math.nan: 1}}, "lines() expected numbers from 0; got 1 at nan in 'a'"),
    ],
)
def test_what_is_no_line_is_said(series: dict[str, dict[float, float]], complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        lines(series, title="x")


def test_lines_without_matplotlib_are_a_table_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    bundle = RATES._repr_mimebundle_()
    assert set(bundle) == {"text/plain"}
    assert bundle["text/plain"].endswith("it is not installed: pip install matplotlib)")
