import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netlib.labels import label


def question(name: str, kind: int = 1, flags: int = 0x0100, answers: int = 0) -> bytes:
    wire = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    header = struct.pack("!6H", 7, flags, 1, answers, 0, 0)
    return header + wire + b"\0" + struct.pack("!HH", kind, 1)


TFTP = [
    (b"\0\1notes.txt\0octet\0", 'RRQ "notes.txt" octet'),
    (b"\0\2notes.txt\0NetASCII\0", 'WRQ "notes.txt" netascii'),
    (b"\0\1a\0octet\0tsize\x000\0blksize\x001428\0", 'RRQ "a" octet tsize=0 blksize=1428'),
    (b"\0\1" + "笔记.txt".encode() + b"\0octet\0", 'RRQ "笔记.txt" octet'),
    (b"\0\3\0\3" + bytes(512), "DATA 3, 512 B"),
    (b"\0\3\0\4", "DATA 4, 0 B"),
    (b"\0\4\xff\xff", "ACK 65535"),
    (b"\0\5\0\1File not found\0", 'ERROR 1 "File not found"'),
    (b"\0\6blksize\x001428\0", "OACK blksize=1428"),
]
FEIQ = [
    (b"1:100:sender:host:32:text", 'SENDMSG 100 "text"'),
    ("1:100:发送者:主机:32:你好:吗".encode("gbk"), 'SENDMSG 100 "你好:吗"'),
    ("1_lbt4_0:7:a:b:288:你好".encode(), 'SENDMSG|0x100 7 "你好"'),  # 288: asks for a receipt
    (b"1:8:a:b:33:100\0", 'RECVMSG 8 "100"'),
    (b"1:9:a:b:1:", "BR_ENTRY 9"),
]
HTTP = [
    (b"GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n", "GET /index.html HTTP/1.1"),
    (b"HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.1 200 OK"),
    (b"HTTP/1.0 404 \r\n", "HTTP/1.0 404 "),
]
DNS = [
    (question("example.org"), "DNS A example.org?"),
    (question("example.org", 28), "DNS AAAA example.org?"),
    (question("example.org", 65), "DNS TYPE65 example.org?"),
    (question("example.org", flags=0x8180, answers=2) + bytes(32), "DNS A example.org: 2 answers"),
    (question("example.org", flags=0x8180, answers=1) + bytes(16), "DNS A example.org: 1 answer"),
    (question("no.example", flags=0x8183), "DNS A no.example: NXDOMAIN"),
    (question("no.example", flags=0x818B), "DNS A no.example: RCODE 11"),
]
FRAMES = [
    (b"\0\0\0\5hello", "frame 5 B: hello"),
    (b"\0\0\0\5hello\0\0\0\0", "2 frames: 5 B, 0 B"),
    (b"\0\0\0\1x" * 9, "9 frames: 1 B, 1 B, 1 B, …"),
]


@pytest.mark.parametrize(("data", "shown"), [*TFTP, *FEIQ, *HTTP, *DNS, *FRAMES])
def test_a_message_of_a_known_protocol_is_recognized(data: bytes, shown: str) -> None:
    assert label(data) == shown


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"", "0 B"),
        (b"hello", "5 B: hello"),
        (bytes(4), "4 B: 00 00 00 00"),
        (b"\0\3\0\1" + bytes(600), "604 B: 00 03 00 01 00 00 00 00 00 00 00 00 …"),
        (b"\0\1a\0b\0", "6 B: 00 01 61 00 62 00"),
        (b"\0\4\0\1x", "5 B: 00 04 00 01 78"),
        (b"1:100:a:b:77:x", "14 B: 1:100:a:b:77:x"),
        (b"GET / HTTP/1.1", "14 B: GET / HTTP/1.1"),  # no line yet
        (b"\0\0\0\5hell", "8 B: 00 00 00 05 68 65 6c 6c"),
        (question("a")[:-1], "18 B: 00 07 01 00 00 01 00 00 00 00 00 00 …"),
    ],
)
def test_what_may_be_something_else_is_shown_as_bytes(data: bytes, shown: str) -> None:
    assert label(data) == shown


@pytest.mark.parametrize(
    ("data", "hint", "shown"),
    [
        (b"\0\3\0\1" + bytes(1428), "tftp", "DATA 1, 1428 B"),
        (b"\0\3\0\1" + bytes(1428), 69, "DATA 1, 1428 B"),
        (b"\0\4\0\1", "frame", "frame: 0 of 262145 B"),
        (b"\0\0\0\5hel", "frame", "frame: 3 of 5 B"),
        (b"\0\0\0", "frame", "frame: 3 of 4 bytes of a header"),
        (b"\0\0\0\2hi\0\0", "frame", "2 frames: 2 B, 2 of 4 bytes of a header"),
        (bytes(4), "frame", "frame 0 B"),
        (b"", "frame", "0 B"),
        (b"1:100:a:b:77:x", "feiq", 'command 77 100 "x"'),
        (b"1:100:a:b:77:x", 2425, 'command 77 100 "x"'),
        ("TO ben 你好\n".encode(), "text", '"TO ben 你好\\n"'),
        (b"ALL \xff\0", "text", '"ALL \\xff\\x00"'),
        (b"", "text", '""'),
        (b"\0\4\0\1", "http", "4 B: 00 04 00 01"),  # who says what it is, is believed
        (b"\0\4\0\1", 40_001, "ACK 1"),  # a port that says nothing
        (b"\0\4\0\1", "no such protocol", "4 B: 00 04 00 01"),
    ],
)
def test_a_hint_decides(data: bytes, hint: str | int, shown: str) -> None:
    assert label(data, hint) == shown


@pytest.mark.parametrize(
    ("data", "hint", "shown"),
    [
        (b"\0\0\0\5hello", "", "帧 5 B: hello"),
        (b"\0\0\0\5hello\0\0\0\0", "", "2 帧: 5 B, 0 B"),
        (b"\0\0\0\5hel", "frame", "帧: 3 / 5 B"),
        (b"\0\0\0", "frame", "帧: 头部 4 字节中的 3"),
        (question("x", flags=0x8180, answers=2), "", "DNS A x: 2 条应答"),
        (b"1:100:a:b:77:x", "feiq", '命令 77 100 "x"'),
        (b"\0\4\0\1", "", "ACK 1"),
    ],
)
def test_the_same_in_chinese(data: bytes, hint: str, shown: str) -> None:
    assert label(data, hint, language="zh") == shown


def test_long_names_are_cut_and_nothing_breaks_the_line() -> None:
    assert label(b"\0\1" + b"x" * 500 + b"\0octet\0") == f'RRQ "{"x" * 23}…" octet'
    assert label(b"\0\5\0\1a\nb\x1b[2J\0") == 'ERROR 1 "a�b�[2J"'
    assert len(label(b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n")) == 48


KNOWN = [data for data, _ in [*TFTP, *FEIQ, *HTTP, *DNS, *FRAMES]]


@given(
    st.binary(max_size=80)
    | st.sampled_from(KNOWN).flatmap(
        lambda data: st.builds(
            lambda cut, more: data[:cut] + more,
            st.integers(0, len(data)),
            st.binary(max_size=12),
        )
    ),
    st.sampled_from(["", "tftp", "feiq", "http", "dns", "frame", "text", 69, 53, 12_345]),
    st.sampled_from(["en", "zh"]),
)
@example(b"1:" + b"9" * 20 + b":a:b:" + b"9" * 10 + b":\xff\xff", "feiq", "en")
@example(b"\0\1\0", "tftp", "en")
@example(b"\0\6\0\0", "tftp", "en")
@example(b"\xff" * 65_507, "", "zh")
def test_any_bytes_have_a_label_on_one_line(data: bytes, hint: str | int, language: str) -> None:
    shown = label(data, hint, language=language)
    assert shown
    assert shown.isprintable()
    assert len(shown) <= 110
