"""A frame as envelopes: what each layer adds, what is left inside, the panel that opens them."""

import itertools
import xml.etree.ElementTree as ET

import pytest

from netlib import language
from netlib.dissect import TCP, UDP, Ethernet, Frame, IPv4, build, dissect
from netlib.envelopes import Envelopes
from netlib.panels import Onion

ADDRESSES = "192.0.2.1", "192.0.2.2"
SVG = "{http://www.w3.org/2000/svg}"


def datagram(data: bytes) -> Frame:
    return dissect(build(Ethernet(), IPv4(*ADDRESSES, 17), UDP(40000, 2425), data))


HELLO = datagram("你好".encode())


@pytest.mark.parametrize(("opened", "left"), [(0, 48), (1, 34), (2, 14), (3, 6)])
def test_what_is_left_is_what_the_opened_layers_carried(opened: int, left: int) -> None:
    said = str(Envelopes(HELLO, opened)).splitlines()
    assert said[0] == f"{opened} of 3 envelopes opened: {left} of 48 bytes are left inside."
    states = [line.split()[0] for line in said[2 : 2 + opened + 1]]
    assert states == ["opened"] * opened + ["left" if opened == 3 else "next"]


def test_each_layer_stands_in_the_table_with_its_bytes() -> None:
    rows = [" ".join(row[1:4]) for row in Envelopes(HELLO).rows()[1:]]
    assert rows == ["Ethernet 0–13 14", "IPv4 14–33 20", "UDP 34–41 8", "data 42–47 6"]


def test_a_single_byte_has_one_place() -> None:
    assert Envelopes(datagram(b"x")).rows()[-1][2:4] == ("42", "1")


def test_a_frame_that_carries_nothing_is_opened_to_the_end() -> None:
    frame = dissect(build(Ethernet(), IPv4(*ADDRESSES, 6), TCP(40000, 80)))
    assert Envelopes(frame).count == 3
    assert "0 of 54 bytes are left inside" in Envelopes(frame, 3).sentence()


@pytest.mark.parametrize("opened", [-1, 4])
def test_no_more_can_be_opened_than_there_are(opened: int) -> None:
    with pytest.raises(ValueError, match=f"expected 0 to 3 opened envelopes; got {opened}"):
        Envelopes(HELLO, opened)


def test_in_the_picture_the_boxes_lie_in_one_another() -> None:
    picture = ET.fromstring(Envelopes(HELLO, 1).svg())
    boxes = [box for box in picture.iter(f"{SVG}rect") if box.get("class") != "card"]
    assert [box.get("class") for box in boxes] == ["open", "next", "", ""]
    edges = [[float(box.get(each, "0")) for each in ("x", "y", "width", "height")] for box in boxes]
    for (x, y, wide, high), (left, top, inner, tall) in itertools.pairwise(edges):
        assert x < left < left + inner < x + wide
        assert y < top < top + tall < y + high
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert texts[:2] == ["Ethernet", "0–13 (14 B)"]


def test_a_page_has_the_picture_and_the_table() -> None:
    bundle = Envelopes(HELLO, 2)._repr_mimebundle_()
    assert bundle["text/plain"] == str(Envelopes(HELLO, 2))
    assert 'alt="2 of 3 envelopes opened: 14 of 48 bytes are left inside."' in bundle["text/html"]
    assert "<td>34–41</td>" in bundle["text/html"]


def test_it_speaks_the_readers_language() -> None:
    language.use("zh")
    text = str(Envelopes(HELLO, 3))
    assert text.startswith("3 层信封拆开了 3 层：48 个字节里，还剩 6 个在里面。")
    assert "剩下" in text


def test_the_panel_opens_as_many_as_its_slider_says() -> None:
    with Onion(HELLO) as panel:
        assert panel.knobs == {"opened": (0, 1, 2, 3)}
        text = panel.turn(opened=2)
        assert text == f"envelopes opened: 2\n{Envelopes(HELLO, 2)}"
        assert "<img" in panel.picture()
    assert str(panel) == text


def test_the_panel_speaks_chinese() -> None:
    with Onion(HELLO, "zh") as panel:
        assert panel.turn(opened=1).startswith("已拆开的信封：1\n3 层信封拆开了 1 层")
