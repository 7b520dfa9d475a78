import base64
import html
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from netlib.columns import width
from netlib.plots import bars

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
    found = re.fullmatch(r'<img alt="(.*)" src="data:image/svg\+xml;base64,(.*)">', shown)
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
