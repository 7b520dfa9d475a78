"""Ladders and hex views where they are looked at: JupyterLab, trusted or not, and exports.

The notebook is made here, with outputs that JupyterLab has no reason to trust.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from netlib.columns import width
from netlib.fields import Field
from netlib.hexview import HexView, compare
from netlib.ladder import CHINESE, Ladder
from netlib.trace import Event, Message, Note

CHAPTER = "ch04_udp"  # the name under which the fixtures open a notebook
CARD = "(255, 255, 255)"

pytestmark = pytest.mark.browser

Learner = Any  # see conftest.py


def download(count: int, client: str, server: str) -> list[Event]:
    """Return a transfer with everything in it that a network does."""
    events: list[Event] = [Message(client, server, 'RRQ "notes.txt" octet', time=0.0, sent=0.0)]
    for block in range(1, count):
        time = block / 10
        data = Message(server, client, f"DATA {block}, 512 B", b"%d" % block, time=time, sent=time)
        events += [data, Message(client, server, f"ACK {block}", time=time, sent=time)]
    late, time = len(events), count / 10
    events += [
        Message(client, server, "ACK 7", b"7", "lost", time),
        Message(server, client, "DATA 9, 512 B", b"9", "delivered", time, sent=time),
        Message(server, client, "DATA 8, 512 B", b"8", "late", time + 0.1, sent=time - 0.05),
        Message(server, client, "DATA 9, 512 B", b"9", "duplicate", time + 0.2, sent=time),
        Note(client, "gave up"),
    ]
    assert isinstance(events[late], Message)
    return events


DATA = b"\0\3\0\1" + "Hello <b>, 你好".encode()
FIELDS = (Field("opcode", 0, 2, 3, "DATA"), Field("block", 2, 4, 1), Field("data", 4, 21, DATA[4:]))
VIEWS: dict[str, Any] = {
    "ten": Ladder(download(4, "client", "server"), mark=8, title="A short download"),
    "many": Ladder(download(5000, "client", "server"), mark=10_000),
    "chinese": Ladder(
        download(3, "你的程序", "服务器 :40001"), mark=6, here="问题在这里", words=CHINESE
    ),
    "hex": HexView(DATA, FIELDS, title="One datagram"),
    "compare": compare(b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"),
}


@pytest.fixture(scope="module")
def notebook() -> Any:
    """A notebook that somebody else has run."""
    cells = []
    for id, view in VIEWS.items():
        cell = nbformat.v4.new_code_cell(f"{id}_view", id=id, execution_count=len(cells) + 1)
        data = view._repr_mimebundle_()
        cell.outputs = [
            nbformat.v4.new_output("execute_result", data, execution_count=len(cells) + 1)
        ]
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def reader(open_chapter: Callable[[str], Learner], lab: Any, notebook: Any) -> Learner:
    """Somebody who has opened it, and has run nothing."""
    folder = lab.work / "pictures" / CHAPTER
    folder.mkdir(parents=True)
    (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return open_chapter("pictures")


@pytest.fixture(scope="module", params=["Light", "Dark"])
def lit(reader: Learner, request: pytest.FixtureRequest) -> Learner:
    """The same in one of JupyterLab's themes."""
    reader.theme(f"JupyterLab {request.param}")
    return reader


@pytest.fixture(scope="module")
def exported(chromium: Any, notebook: Any) -> Iterator[Any]:
    """The notebook as `jupyter nbconvert --to html` makes it, in a browser without a network."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900}, offline=True)
    page = context.new_page()
    page.set_content(HTMLExporter().from_notebook_node(notebook)[0], wait_until="commit")
    yield page
    context.close()


@pytest.mark.parametrize("id", ["ten", "many", "chinese"])
def test_a_ladder_is_a_picture_of_a_sane_size_with_its_words(lit: Learner, id: str) -> None:
    lit.look_at(id)
    picture = lit.cell(id).get_by_role("img")
    picture.scroll_into_view_if_needed()
    assert picture.get_attribute("alt") == VIEWS[id].alternative()
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 400
    wide, high = picture.evaluate("image => [image.clientWidth, image.clientHeight]")
    room = lit.cell(id).locator(".jp-OutputArea-output").evaluate("each => each.clientWidth")
    assert wide <= room
    assert high < 1400


def test_fields_keep_their_colours_though_nothing_is_trusted(lit: Learner) -> None:
    lit.look_at("hex")
    output = lit.cell("hex").locator(".jp-OutputArea-output")
    spans = output.locator("pre span").evaluate_all(
        """all => all.map(each => [getComputedStyle(each).backgroundColor,
                                   getComputedStyle(each).color])"""
    )
    assert len({background for background, _ in spans}) == 3
    assert all(CARD not in background for background, _ in spans)
    assert {colour for _, colour in spans} == {"rgb(31, 35, 40)"}  # not the theme's
    table = output.locator("table tr").all_inner_texts()
    assert [re.split(r"\t+", row.strip()) for row in table][1:3] == [
        ["a", "0–1", "opcode", "DATA"],
        ["b", "2–3", "block", "1"],
    ]


def test_letters_stand_under_their_bytes_and_the_caret_under_its_byte(lit: Learner) -> None:
    for id in ("hex", "compare"):
        lit.look_at(id)
        pre = (
            lit.cell(id).locator("pre").last
            if id == "compare"
            else lit.cell(id).locator(".jp-RenderedHTMLCommon pre").first
        )
        assert pre.inner_text().rstrip() == str(VIEWS[id]).split("\n\n")[0].rstrip()
        assert pre.evaluate("each => getComputedStyle(each).whiteSpace").startswith("pre")
        columns = max(width(line) for line in pre.inner_text().splitlines())
        assert columns <= 78


@pytest.mark.parametrize("wide", [640, 900, 1280])  # 640: also a page of 1280 at 200 %
def test_nothing_wraps_or_shrinks_where_the_page_is_narrow(reader: Learner, wide: int) -> None:
    reader.page.set_viewport_size({"width": wide, "height": 900})
    try:
        for id in ("hex", "compare"):
            reader.look_at(id)
            pre = reader.cell(id).locator(".jp-OutputArea-output pre").first
            lines = len(pre.inner_text().rstrip("\n").splitlines())
            high = pre.evaluate("each => each.getBoundingClientRect().height")
            line = pre.evaluate("each => parseFloat(getComputedStyle(each).lineHeight)")
            assert high < (lines + 1.5) * line  # one and a half: a scroll bar
        for id in ("ten", "chinese"):
            reader.look_at(id)
            picture = reader.cell(id).get_by_role("img")
            assert picture.evaluate("image => image.clientWidth == image.naturalWidth")
    finally:
        reader.page.set_viewport_size({"width": 1280, "height": 900})


def test_an_export_shows_the_same(exported: Any) -> None:
    pictures = exported.get_by_role("img").all()
    assert [each.get_attribute("alt") for each in pictures] == [
        VIEWS[id].alternative() for id in ("ten", "many", "chinese")
    ]
    for each in pictures:
        assert each.evaluate("image => image.complete && image.naturalWidth") > 400
        assert each.evaluate("image => image.clientWidth") < 1100
    assert exported.locator("pre span[style*=background-color]").count() > 3
    assert exported.get_by_text("first difference at byte 13").is_visible()


def test_every_word_of_a_picture_is_inside_it(exported: Any) -> None:
    """Measured by the browser, with its own fonts: no word leaves the card or meets another."""
    for id in ("ten", "many", "chinese"):
        exported.evaluate("text => { document.body.innerHTML = text }", VIEWS[id].svg())
        boxes = exported.locator("text:not([transform])").evaluate_all(
            """all => all.map(each => { const box = each.getBBox();
                return [box.x, box.y, box.x + box.width, box.y + box.height, each.textContent] })"""
        )
        high, wide = exported.locator("svg").evaluate(
            "each => [each.height, each.width].map(a => a.baseVal.value)"
        )
        assert len(boxes) > 10
        for i, (a, b, c, d, text) in enumerate(boxes):
            assert 0 <= a < c <= wide and 0 <= b < d <= high, text
            for e, f, g, h, other in boxes[i + 1 :]:
                assert not (a < g and e < c and b + 3 < h and f < d - 3), (text, other)
