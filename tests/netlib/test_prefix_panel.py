"""A panel on which a slider says how many of 32 bits are the network's."""

import pytest

from netlib.panels import PrefixPanel
from netlib.prefix import Prefix

OTHERS = ("192.0.2.100", "192.0.2.200")


def test_it_shows_the_prefix_and_where_the_others_are() -> None:
    with PrefixPanel("192.0.2.10", 25, OTHERS, language="en") as panel:
        assert str(panel).splitlines()[:-2] == str(Prefix("192.0.2.10", 25, "en")).splitlines()
        assert str(panel).splitlines()[-2:] == [
            "192.0.2.100  near",
            "192.0.2.200  by the gateway",
        ]
        assert panel.turn(24).splitlines()[-1] == "192.0.2.200  near"
        assert panel.turn(address="198.51.100.1").splitlines()[-2:] == [
            "192.0.2.100  by the gateway",
            "192.0.2.200  by the gateway",
        ]
        assert panel.shown == Prefix("198.51.100.1", 24, "en")


def test_what_is_written_and_is_no_address_is_said() -> None:
    with PrefixPanel("192.0.2.10", 25, language="zh") as panel:
        panel.write("192.0.2")
        assert panel.text().splitlines()[-1] == "'192.0.2' 不是 IPv4 地址。图中仍是上一个。"
        assert panel.shown.address == "192.0.2.10"
        panel.write(" 192.0.2.77 ")
        assert panel.shown.address == "192.0.2.77"
        assert "不是" not in panel.text()


@pytest.mark.parametrize(
    ("address", "prefix", "others"),
    [("192.0.2", 24, ()), ("192.0.2.1", 33, ()), ("192.0.2.1", 24, ("host",))],
)
def test_it_refuses_what_is_none(address: str, prefix: int, others: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="^expected "):
        PrefixPanel(address, prefix, others)


def test_the_slider_and_the_field_turn_it() -> None:
    pytest.importorskip("ipywidgets")
    with PrefixPanel("192.0.2.10", 25, OTHERS, language="en") as panel:
        field, slider, picture, news, _ = panel.widget().children
        assert (field.value, slider.value, slider.min, slider.max) == ("192.0.2.10", 25, 0, 32)
        slider.value = 24
        assert panel.shown.prefix == 24
        field.value = "10.0.0.7"
        assert panel.shown == Prefix("10.0.0.7", 24, "en")
        field.value = "<b>"
        panel._view.paint()  # type: ignore[union-attr]
        assert "&lt;b&gt;" in news.value
        assert "10.0.0.7" in picture.value
        assert "<td>192.0.2.200</td>" in picture.value


def test_its_picture_stays_when_it_closes() -> None:
    panel = PrefixPanel("192.0.2.10", 25, OTHERS, language="en")
    panel.turn(8)
    panel.close()
    panel.close()
    kept = panel._repr_mimebundle_()
    assert kept["text/plain"] == panel.text()
    assert "<img" in kept["text/html"]
