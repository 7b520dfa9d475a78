import re
from collections.abc import Sequence

import pytest

from netlib.columns import width
from netlib.ladder import CHINESE, Ladder, text
from netlib.trace import Event, Message, Note

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


def test_a_ladder_in_a_notebook_is_its_text() -> None:
    events = ping_pong(3)
    ladder = Ladder(events, PAIR, mark=1, here="oops")
    assert str(ladder) == "\n".join(text(events, PAIR, mark=1, here="oops"))
    assert ladder._repr_mimebundle_() == {"text/plain": str(ladder)}
    assert repr(ladder) == "<Ladder of 3 events between client, server>"


def test_combining_characters_take_no_column() -> None:
    plain, combined = (
        text([Message("client", "server", label)], PAIR)[1] for label in ("cafe", "cafe\u0301")
    )
    assert combined == plain.replace("cafe", "cafe\u0301")
    assert width(combined) == width(plain)
