import base64
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from netlib.columns import width
from netlib.deadlines import stretched
from netlib.ladder import CHINESE, Ladder, endpoints_of, steps, svg, text
from netlib.trace import Event, Message, Note

Contrast = Callable[[str, str], float]
PAIR = ("client", "server")


def ping_pong(count: int) -> list[Event]:
    return [
        Message("client", "server", f"DATA {i}")
        if i % 2
        else Message("server", "client", f"ACK {i}")
        for i in range(1, count + 1)
    ]


def drawn(events: Sequence[Event], endpoints: Sequence[str], **options: object) -> str:
    lines = text(events, endpoints, **options)  # type: ignore[arg-type]
    assert all(width(line) <= 78 for line in lines)
    assert all(line == line.rstrip() for line in lines)
    return "\n".join(["", *lines, ""])


def test_two_columns_look_as_in_a_report() -> None:
    events: list[Event] = [
        Note("peer", "00"),
        Note("you", "recv_exact is waiting", joined=True),
        Message("peer", "you", "1 byte: 00"),
        Note("you", r"returned b'\x00'"),
        Message("peer", "you", "3 bytes: 00 01 2c"),
        Note("you", "(nobody was listening)", joined=True),
    ]
    expected = r"""
      peer                                   you
   1   |  00                                  |   recv_exact is waiting
   2   |------------- 1 byte: 00 ------------>|
   3   |                                      |   returned b'\x00'      ◀ here
   4   |--------- 3 bytes: 00 01 2c --------->|   (nobody was listening)
"""
    assert drawn(events, ("peer", "you"), mark=3) == expected


def test_two_columns_in_chinese_line_up() -> None:
    events: list[Event] = [
        Note("你的程序", "recv_exact(sock, 4) 正在等待"),
        Message("对端", "你的程序", "1 个字节：00"),
        Note("你的程序", r"返回了 b'\x00'"),
        Message("对端", "你的程序", "3 个字节：00 01 2c"),
        Note("你的程序", "（已经没有人在收）", joined=True),
    ]
    expected = r"""
      对端                                   你的程序
   1   |                                      |   recv_exact(sock, 4) 正在等待
   2   |------------ 1 个字节：00 ----------->|
   3   |                                      |   返回了 b'\x00'  ◀ 问题在这里
   4   |--------- 3 个字节：00 01 2c -------->|   （已经没有人在收）
"""
    assert drawn(events, ("对端", "你的程序"), mark=2, here="问题在这里") == expected


def receiver_story(server: str, you: str, stranger: str, note: str) -> list[Event]:
    return [
        Message(you, server, "RRQ"),
        Message(server, you, "DATA 1"),
        Message(you, server, "ACK 1"),
        Message(stranger, you, "DATA 2"),
        Note(stranger, note, joined=True),
        Message(you, stranger, "ACK 2"),
        Message(server, you, "DATA 2"),
    ]


def test_three_columns_look_as_in_a_report() -> None:
    endpoints = ("server :40001", "you", "stranger :40002")
    expected = """
      server :40001          you               stranger :40002
   1      |<---- RRQ ---------|                      |
   2      |----- DATA 1 ----->|                      |
   3      |<---- ACK 1 -------|                      |
   4      |                   |<----- DATA 2 --------|     not your server
   5      |                   |------ ACK 2 -------->|     ◀ here
   6      |----- DATA 2 ----->|                      |
"""
    assert drawn(receiver_story(*endpoints, "not your server"), endpoints, mark=5) == expected


def test_three_columns_in_chinese_line_up() -> None:
    endpoints = ("服务器 :40001", "你的程序", "陌生人 :40002")
    expected = """
      服务器 :40001       你的程序             陌生人 :40002
   1      |<---- RRQ ---------|                      |
   2      |----- DATA 1 ----->|                      |
   3      |<---- ACK 1 -------|                      |
   4      |                   |<----- DATA 2 --------|     不是你的服务器
   5      |                   |------ ACK 2 -------->|     ◀ 问题在这里
   6      |----- DATA 2 ----->|                      |
"""
    story = receiver_story(*endpoints, "不是你的服务器")
    assert drawn(story, endpoints, mark=5, here="问题在这里") == expected


def test_what_the_network_did_stands_beside_the_message() -> None:
    events: list[Event] = [
        Message("client", "server", "request", fate="lost"),
        Message("server", "client", "reply", fate="lost"),
        Message("server", "client", "reply", fate="duplicate"),
        Message("client", "server", "", fate="late"),
        Message("client", "client", "hi", fate="corrupted"),
    ]
    expected = """
      client                                 server
   1   |--------- request ---------X          |   (lost)
   2   |          X---------- reply ----------|   (lost)
   3   |<--------------- reply ---------------|   (duplicate)
   4   |------------------------------------->|   (late)
   5   |  to itself: hi (corrupted)           |
"""
    assert drawn(events, PAIR) == expected


def test_the_same_in_chinese() -> None:
    events: list[Event] = [
        Message("client", "server", "request", fate="lost"),
        Message("client", "client", "hi", fate="truncated"),
    ]
    expected = """
      client                                server
   1   |--------- request --------X          |   （丢失）
   2   |                                     |   client：发给自己：hi （截断）
"""
    assert drawn(events, PAIR, words=CHINESE) == expected


def test_a_message_may_pass_a_column_and_long_notes_move_to_the_side() -> None:
    events: list[Event] = [
        Message("a", "c", "hello"),
        Message("c", "a", "back", fate="lost"),
        Note("b", "is asleep"),
        Note("b", "thinks about something long and difficult"),
        Note("a", "waits"),
        Note("c", "waits too", joined=True),
    ]
    expected = """
          a               b               c
   1      |--------- hello -------------->|
   2      |        X-------- back --------|     (lost)
   3      |               |  is asleep    |
   4      |               |               |     b: thinks about… and difficult
   5      |  waits        |               |     waits too
"""
    assert drawn(events, ("a", "b", "c")) == expected


def test_long_runs_are_folded_and_the_marked_row_is_kept() -> None:
    expected = """
      client                                 server
   1   |--------------- DATA 1 -------------->|
       |  … 57 more                           |
  59   |-------------- DATA 59 -------------->|
  60   |<--------------- ACK 60 --------------|
  61   |-------------- DATA 61 -------------->|   ◀ here
  62   |<--------------- ACK 62 --------------|
       |  … 7 more                            |
  70   |<--------------- ACK 70 --------------|
"""
    assert drawn(ping_pong(70), PAIR, rows=8, mark=60) == expected
    assert "… 还有 57 行" in drawn(ping_pong(70), PAIR, rows=8, mark=60, words=CHINESE)


def test_a_fold_keeps_what_is_not_dull() -> None:
    events = ping_pong(200)
    events[99] = Message("client", "server", "DATA 100", fate="lost")
    events[150] = Note("client", "gave up")
    shown = drawn(events, PAIR, rows=9)
    assert "DATA 100" in shown
    assert "gave up" in shown


@pytest.mark.parametrize("count", [*range(12), 1000])
@pytest.mark.parametrize("rows", [3, 4, 5, 8])
def test_no_ladder_has_more_rows_than_asked_and_every_row_is_shown_or_counted(
    count: int, rows: int
) -> None:
    for mark in [None, *range(min(count, 12))]:
        lines = text(ping_pong(count), PAIR, rows=rows, mark=mark)[1:]
        assert len(lines) <= rows
        folded = [int(found[1]) for line in lines if (found := re.search(r"… (\d+) more", line))]
        assert all(number > 1 for number in folded)
        assert len(lines) - len(folded) + sum(folded) == count
        assert sum(line.endswith("◀ here") for line in lines) == (mark is not None)


def test_rows_none_shows_all_and_first_numbers_them() -> None:
    lines = text(ping_pong(40), PAIR, rows=None, first=101)
    assert [int(line.split()[0]) for line in lines[1:]] == list(range(101, 141))


def test_long_labels_lose_their_middle_and_long_stories_get_the_room() -> None:
    events: list[Event] = [
        Message("client", "server", "x" * 40 + "y" * 40),
        Note("server", "raised UnicodeDecodeError: byte 0xc4 in position 0"),
    ]
    expected = """
      client                        server
   1   |- xxxxxxxxxxxx…yyyyyyyyyyy ->|
   2   |                             |   raised Unicode… in position 0  ◀ here
"""
    assert drawn(events, PAIR, mark=1) == expected


def test_hostile_text_stays_on_its_row() -> None:
    events: list[Event] = [Message("client", "server", "a\nb\x1b[2J"), Note("client", "\u202e" * 3)]
    lines = text(events, PAIR, here="he\nre", mark=0)
    assert len(lines) == 3
    assert r"a\nb\x1b[2J" in lines[1]
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_up_to_six_endpoints_fit(count: int) -> None:
    names = [f"host-{i} 192.0.2.{i}:40001" for i in range(count)]
    events: list[Event] = [
        Message(a, b, "a label of some length") for a in names for b in names if a != b
    ]
    events += [Note(name, "a note 有中文 of some length " * 3) for name in names]
    drawn(events, names, rows=None, mark=len(events) - 1)


@pytest.mark.parametrize(
    ("events", "endpoints", "options", "complaint"),
    [
        ([], ("a",), {}, "expected 2 to 6 different endpoints; got a"),
        ([], (), {}, "expected 2 to 6 different endpoints; got none"),
        ([], ("a", "a"), {}, "expected 2 to 6 different endpoints; got a, a"),
        ([Note("c", "x")], ("a", "b"), {}, "expected every event to name one of a, b; got 'c'"),
        (
            [Note("a", "x")],
            ("a", "b"),
            {"mark": 1},
            "expected mark to be the index of one of 1 events; got 1",
        ),
        (
            [],
            ("a", "b"),
            {"rows": 2},
            "expected rows to be 3 or more (or None for all of them); got 2",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(
    events: list[Event], endpoints: tuple[str, ...], options: dict[str, int], complaint: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        text(events, endpoints, **options)  # type: ignore[arg-type]


def test_a_ladder_in_a_notebook_is_its_text_and_its_picture() -> None:
    events = ping_pong(3)
    ladder = Ladder(events, PAIR, mark=1, here="oops")
    assert str(ladder) == "\n".join(text(events, PAIR, mark=1, here="oops"))
    bundle = ladder._repr_mimebundle_()
    assert bundle["text/plain"] == str(ladder)
    found = re.fullmatch(
        r'<span [^>]*><img alt="(.*)" src="data:image/svg\+xml;base64,([^"]*)".*></span>',
        bundle["text/html"],
    )
    assert found is not None
    assert found[1] == (
        "1. client to server: DATA 1; 2. server to client: ACK 2, ◀ oops; "
        "3. client to server: DATA 3"
    )
    assert (
        base64.b64decode(found[2]).decode()
        == ladder.svg()
        == svg(events, PAIR, mark=1, here="oops")
    )
    assert repr(ladder) == "<Ladder of 3 events between client, server>"


def test_a_title_stands_above_the_text_and_before_the_words() -> None:
    ladder = Ladder(ping_pong(1), title="One\nmessage", words=CHINESE)
    assert str(ladder).splitlines()[0] == r"One\nmessage"
    assert ladder.alternative() == r"One\nmessage：1. 客户端发给服务器：DATA 1"
    assert r">One\nmessage</text>" in ladder.svg()


def test_without_endpoints_they_stand_in_the_order_of_their_appearance() -> None:
    events: list[Event] = [Note("b", "waits"), Message("a", "b", "x"), Message("b", "c", "y")]
    assert endpoints_of(events) == ("b", "a", "c")
    assert str(Ladder(events)) == "\n".join(text(events, ("b", "a", "c")))


def test_a_chinese_ladder_names_the_roles_in_chinese() -> None:
    events = [Message("client 2", "server", "hi"), Note("server", "busy")]
    ladder = Ladder(events, words=CHINESE)
    for shown in (str(ladder), ladder.svg(), ladder.alternative()):
        assert "客户端 2" in shown
        assert "服务器" in shown
        assert "client" not in shown
        assert "server" not in shown
    assert "client 2" in str(Ladder(events))


def test_words_say_all_that_the_picture_shows() -> None:
    events: list[Event] = [
        Message("a", "b", "hi", fate="lost"),
        Note("b", "waits", joined=True),
        *ping_pong(30),
        Note("a", "gave\nup"),
    ]
    said = steps(events, rows=6, mark=0, here="oops")
    assert said[0] == "1. a to b: hi (lost), b: waits, ◀ oops"
    assert [line for line in said if "more" in line] == ["… 27 more"]
    assert said[-1] == r"32. a: gave\nup"
    assert steps(events[:1], words=CHINESE) == ["1. a发给b：hi （丢失）"]
    assert len(steps([Message("a", "b", "x" * 10_000)])[0]) < 400
    assert len(steps(ping_pong(100), rows=None)) == 100


# -- when messages were sent ----------------------------------------------------------------


def overtaken() -> list[Event]:
    return [
        Message("client", "server", "two", b"2", time=0.02, sent=0.02),
        Message("server", "client", "reply", b"r", time=0.03, sent=0.03),
        Message("client", "server", "one", b"1", "late", time=0.04, sent=0.01),
    ]


def test_a_late_message_says_before_what_it_was_sent() -> None:
    expected = """
      client                                 server
   1   |---------------- two ---------------->|
   2   |<--------------- reply ---------------|
   3   |---------------- one ---------------->|   (late) (sent before 1)
"""
    assert drawn(overtaken(), PAIR) == expected
    assert "（迟到） （在 7 之前发出）" in text(overtaken(), PAIR, words=CHINESE, first=7)[3]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Message("client", "server", "x", time=1.0, sent=0.95), "(took 50 ms)"),
        (Message("client", "server", "x", time=2.0, sent=0.5), "(took 1,500 ms)"),
        (Message("client", "server", "x", time=1.0, sent=0.999), ""),
        (Message("client", "server", "x", time=1.0), ""),
        (Message("client", "server", "x", b"", "lost", time=1.0, sent=0.5), "(lost)"),
        (
            Message("client", "server", "x", time=1.05, sent=1.0, faults="lose 1; delay 2 50ms"),
            "(delay 2 50ms)",
        ),
        (Message("client", "server", "x", step="data", faults="split 1"), "(split 1)"),
        (Message("client", "server", "x", faults="duplicate 1"), ""),
        (Message("client", "server", "x", fate="eaten"), "(eaten)"),  # type: ignore[arg-type]
    ],
)
def test_a_delay_is_said(message: Message, said: str) -> None:
    line = text([message], PAIR)[1]
    assert line[line.rindex("|") + 1 :].strip() == said


def test_clocks_that_go_backwards_harm_nothing() -> None:
    events = [Message(*PAIR, "x", time=float(-i), sent=float(i % 7 - 3)) for i in range(30)]
    drawn(events, PAIR)
    ElementTree.fromstring(svg(events, PAIR, rows=None))


# -- the picture ----------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def picture(events: Sequence[Event], **options: Any) -> ElementTree.Element:
    return ElementTree.fromstring(svg(events, options.pop("endpoints", PAIR), **options))


def arrows(root: ElementTree.Element) -> list[tuple[float, ...]]:
    """Return (x1, y1, x2, y2) of every arrow, from top to bottom."""
    lines = [group.find(f"{SVG}line") for group in root.iter(f"{SVG}g")]
    ends = ("x1", "y1", "x2", "y2")
    return [tuple(float(line.attrib[end]) for end in ends) for line in lines if line is not None]


def written(root: ElementTree.Element) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def crossing(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Tell whether two arrows between the same rails cross: their order differs at both ends."""
    (a, b), (c, d) = ((y1, y2) if x1 < x2 else (y2, y1) for x1, y1, x2, y2 in (one, other))
    return (a - c) * (b - d) < 0


def test_arrows_that_overtake_each_other_cross() -> None:
    two, reply, one = arrows(picture(overtaken()))
    assert crossing(one, two)
    assert crossing(one, reply)
    assert not crossing(two, reply)
    assert two[1] == two[3]  # what nothing overtook is level


def test_without_times_a_late_message_crosses_the_one_before_it() -> None:
    events = [Message(*PAIR, "two", b"2"), Message(*PAIR, "one", b"1", "late")]
    two, one = arrows(picture(events))
    assert crossing(one, two)


def test_a_pipeline_is_a_bundle_of_parallel_arrows() -> None:
    events = [Message(*PAIR, f"segment {i}", time=0.1 + i / 1000, sent=i / 1000) for i in range(6)]
    found = arrows(picture(events))
    assert all(y1 < y2 for _, y1, _, y2 in found)
    assert not any(crossing(one, other) for one in found for other in found)


def test_a_delay_slopes_and_what_was_there_at_once_is_level() -> None:
    slow = Message(*PAIR, "slow", time=0.1, sent=0.05, faults="delay 1 50ms")
    fast = Message(*PAIR, "fast", time=0.2, sent=0.1999)
    first, second = arrows(picture([slow, fast]))
    assert first[1] < first[3]
    assert second[1] == second[3]


def test_a_copy_is_dashed_and_sets_out_with_its_original() -> None:
    events = [
        Message(*PAIR, "x", b"x"),
        Message("server", "client", "y", b"y"),
        Message(*PAIR, "x", b"x", "duplicate"),
    ]
    root = picture(events)
    original, _, copy = arrows(root)
    assert copy[:2] == original[:2]
    assert copy[3] > original[3]
    assert [line.get("stroke-dasharray") is not None for line in root.iter(f"{SVG}line")] == [
        False,
        False,
        True,
    ]


def test_a_lost_message_ends_in_a_cross_on_its_way() -> None:
    events = [Message(*PAIR, "x", fate="lost"), Message(*PAIR, "y")]
    root = picture(events)
    lost, arrived = arrows(root)
    assert lost[2] < arrived[2] - 50
    assert len(list(root.iter(f"{SVG}polygon"))) == 1  # the other has no head
    assert "(lost)" in written(root)


def test_the_guilty_row_says_so_in_words() -> None:
    assert "◀ here" in written(picture(ping_pong(3), mark=1))
    assert "◀ 问题在这里" in written(picture(ping_pong(3), mark=1, here="问题在这里"))


def test_what_is_written_in_the_picture_is_what_the_text_form_says() -> None:
    events: list[Event] = [
        Message("server", "client", "reply", fate="corrupted"),
        Note("server", "waits", joined=True),
        Note("client", "gave up"),
        Message("client", "client", "hi"),
    ]
    said = written(picture(events))
    assert said[:3] == ["client", "server", "reply"]
    assert {"(corrupted) waits", "gave up", "to itself: hi", "1", "2", "3"} <= set(said)
    joined = [Message(*PAIR, "x"), Note("client", "sleeps", joined=True)]
    assert "client: sleeps" in written(picture(joined))


@pytest.mark.parametrize("count", [0, 1, 10, 100, 10_000])
def test_the_picture_stays_of_a_sane_size(count: int) -> None:
    events = [
        Message(*PAIR, f"segment {i}", time=0.1 + i / 1000, sent=i / 1000) for i in range(count)
    ]
    root = picture(events, mark=count // 2 if count else None)
    assert float(root.attrib["height"]) < 1600
    assert float(root.attrib["width"]) < 1000
    if count > 24:
        assert sum(text.startswith("… ") for text in written(root)) == 2


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6])
def test_no_words_leave_the_card_or_run_into_each_other(count: int) -> None:
    """Boxes of the words that stand level, by the widest letters that a font may have."""
    names = [f"主机-{i} 192.0.2.{i}:40001" for i in range(count)]
    events: list[Event] = [
        Message(a, b, "a label of some length") for a in names for b in names if a != b
    ]
    events += [Note(name, "a note 有中文 of some length " * 3) for name in names]
    events += [Note(name, "and more", joined=True) for name in names]
    root = picture(events, endpoints=names, rows=None, mark=0, title="标题 " * 40, here="oops")
    boxes = []
    for each in root.iter(f"{SVG}text"):
        if "transform" in each.attrib:
            continue
        size = 15 / 13 if each.get("class") == "title" else 1
        wide = width(each.text or "") * 13 * 0.602 * size
        share = {"middle": 0.5, "end": 1.0}.get(each.get("text-anchor", ""), 0.0)
        left, base = float(each.attrib["x"]) - share * wide, float(each.attrib["y"])
        boxes.append((left, base - 11, left + wide, base + 3))
    assert len(boxes) > 3 * len(names)
    card = float(root.attrib["width"]), float(root.attrib["height"])
    assert all(a >= 0 and b >= 0 and c <= card[0] and d <= card[1] for a, b, c, d in boxes)
    for i, (a, b, c, d) in enumerate(boxes):
        assert not any(a < g and e < c and b < h and f < d for e, f, g, h in boxes[i + 1 :])


def test_no_label_stands_on_another_arrow() -> None:
    events = [
        Message(*PAIR, "ACK 1", b"a", "lost"),
        Message("server", "client", "DATA 1, 512 B", b"d", "duplicate"),
        Message("server", "client", "DATA 3, 512 B", b"3"),
        Message("server", "client", "DATA 2, 512 B", b"2", "late"),
    ]
    root = picture([Message("server", "client", "DATA 1, 512 B", b"d"), *events])
    found = arrows(root)
    checked = 0
    for each in root.iter(f"{SVG}text"):
        if not (each.get("class") or "").startswith("label") or "transform" in each.attrib:
            continue
        x, y = float(each.attrib["x"]), float(each.attrib["y"]) - 4
        half = len(each.text or "") * 4
        for x1, y1, x2, y2 in found:
            for at in (x - half, x, x + half):
                if min(x1, x2) <= at <= max(x1, x2):
                    checked += 1
                    assert abs(y1 + (y2 - y1) * (at - x1) / (x2 - x1) - y) > 6
    assert checked


def test_colours_of_words_have_contrast_on_their_ground(contrast: Contrast) -> None:
    style = next(picture(ping_pong(1)).iter(f"{SVG}style")).text or ""
    colours = {
        kind: re.search(rf"{kind}\{{[^}}]*fill:(#\w+)", style)[1]  # type: ignore[index]
        for kind in ("text", r"\.dim", r"\.here")
    }
    for colour in colours.values():
        for ground in ("#ffffff", "#fdeeec", "#f3f5f7"):
            assert contrast(colour, ground) >= 4.5, (colour, ground)


def test_hostile_labels_are_words_in_the_picture_and_in_its_alternative() -> None:
    label = "</text><b>&amp;\"'\x00\u202e\ud800]]>"
    events: list[Event] = [Message(*PAIR, label), Note("client", label)]
    ladder = Ladder(events, title=label, here=label, mark=0)
    bundle = ladder._repr_mimebundle_()
    assert re.findall(r"<[^ >]*", bundle["text/html"]) == ["<span", "<img", "</span"]
    assert bundle["text/html"].count('"') == 8
    root = ElementTree.fromstring(ladder.svg())
    said = "</text><b>&amp;\"'" + r"\x00\u202e\ud800]]>"
    assert written(root).count(said) == 3
    assert f"◀ {said}" in written(root)
    for hostile in ("<", "&", '"'):
        pair = (f"{hostile}a", f"b{hostile}")
        ElementTree.fromstring(svg([Message(*pair, "x")], pair))


def test_the_same_trace_is_the_same_picture_in_every_process() -> None:
    code = (
        "import sys; from netlib.ladder import svg; from netlib.trace import Message;"
        "sys.stdout.buffer.write(svg([Message('a', 'b', f'{i}', time=i / 9, sent=i / 10,"
        " fate=('lost', 'late', 'duplicate', 'delivered')[i % 4]) for i in range(90)],"
        " ('a', 'b'), mark=44, title='标题').encode())"
    )
    pictures = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
        ).stdout
        for seed in (1, 2)
    }
    assert len(pictures) == 1
    assert len(pictures.pop()) > 5000


def test_ten_thousand_messages_are_drawn_in_a_second() -> None:
    ladder = Ladder(ping_pong(10_000), mark=5_000)
    began = time.process_time()
    ladder._repr_mimebundle_()
    limit = stretched(1)
    assert time.process_time() - began < limit


def test_combining_characters_take_no_column() -> None:
    plain, combined = (
        text([Message("client", "server", label)], PAIR)[1] for label in ("cafe", "cafe\u0301")
    )
    assert combined == plain.replace("cafe", "cafe\u0301")
    assert width(combined) == width(plain)
