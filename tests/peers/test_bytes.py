"""Chapter 01 against programs that we did not write: xxd, busybox, iconv, perl and bash.

The rules expect what Python's own codecs and a dump of theirs give: both are compared here, too.
"""

import shutil
import socket
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.rules.ch01.hexdump import dumped
from netlib.deadlines import stretched

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch01")]

DEADLINE_S = stretched(60)
ON_ANY_MACHINE = settings(suppress_health_check=[HealthCheck.too_slow])
SIZES = (0, 1, 15, 16, 17, 32, 33, 300)
EVERY_BYTE = bytes(range(256))

Names = dict[str, Any]
Program = Callable[[str], str]


def asked(command: list[str], data: bytes) -> bytes:
    """Return what a program makes of data."""
    done = subprocess.run(command, input=data, capture_output=True, timeout=DEADLINE_S, check=True)
    return done.stdout


# -- hex dumps -------------------------------------------------------------------------------------


@pytest.fixture(params=[("xxd",), ("busybox", "xxd")], ids=" ".join)
def xxd(request: pytest.FixtureRequest, program: Program) -> list[str]:
    name, *applet = request.param
    command = [program(name), *applet, "-g", "1"]
    if subprocess.run(command, input=b"", capture_output=True).returncode:
        pytest.skip("this busybox has no xxd")
    return command


@pytest.mark.parametrize("data", [*map(EVERY_BYTE.__getitem__, map(slice, SIZES)), bytes(5000)])
def test_a_dump_is_what_xxd_prints(ch01: Names, xxd: list[str], data: bytes) -> None:
    printed = asked(xxd, data).decode("ascii").removesuffix("\n")
    assert ch01["hexdump"](data) == dumped(data) == printed


@settings(ON_ANY_MACHINE, max_examples=25)
@given(data=st.binary(max_size=600))
def test_xxd_turns_a_dump_back(ch01: Names, data: bytes) -> None:
    if (path := shutil.which("xxd")) is None:
        pytest.skip("there is no xxd here: install it to see it read our dumps")
    assert asked([path, "-r"], ch01["hexdump"](data).encode() + b"\n") == data


# -- charsets --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("你好世界", "utf-8", "gbk"),
        ("网络字节流", "gbk", "utf-8"),
        (" a 端口\n", "gbk", "utf-16be"),
        ("naïve é", "latin1", "utf-8"),
        ("你好 €", "gb18030", "utf-8"),
        ("世中文字", "utf-8", "big5"),
        ("一丐专业丝丞址息", "gbk", "utf-8"),
        ("字" * 1000, "gbk", "utf-8"),
        ("", "utf-8", "gbk"),
    ],
)
def test_iconv_recodes_as_we_do(
    ch01: Names, program: Program, text: str, source: str, target: str
) -> None:
    data = text.encode(source)
    printed = asked([program("iconv"), "-f", source, "-t", target], data)
    assert ch01["recode"](data, source, target) == text.encode(target) == printed


@pytest.mark.parametrize(
    ("data", "source", "target"),
    [("naïve €😀".encode(), "utf-8", "gbk"), ("你好".encode("gbk"), "utf-8", "utf-16be")],
)
def test_what_we_refuse_iconv_refuses(
    ch01: Names, program: Program, data: bytes, source: str, target: str
) -> None:
    command = [program("iconv"), "-f", source, "-t", target]
    assert subprocess.run(command, input=data, capture_output=True).returncode != 0
    with pytest.raises(UnicodeError):
        ch01["recode"](data, source, target)


# -- numbers and messages --------------------------------------------------------------------------

UNPACK = 'binmode STDIN; printf "%d %d %d", unpack "CnN", join "", <STDIN>'
BIG = "print hex unpack 'H*', join '', <STDIN>"


@pytest.mark.parametrize("numbers", [(1, 106, 6), (0, 0, 0), (255, 65535, 2**32 - 1)])
def test_perl_unpacks_our_header(
    ch01: Names, program: Program, numbers: tuple[int, int, int]
) -> None:
    packed = ch01["pack_header"](*numbers)
    assert asked([program("perl"), "-e", UNPACK], packed).decode() == " ".join(map(str, numbers))
    packs = ["-e", 'print pack "CnN", @ARGV', *map(str, numbers)]
    assert ch01["unpack_header"](asked([program("perl"), *packs], b"")) == numbers


@pytest.mark.parametrize(("n", "size"), [(0x1122, 2), (6, 4), (255, 1), (2**31 + 5, 4)])
def test_perl_reads_our_numbers(ch01: Names, program: Program, n: int, size: int) -> None:
    printed = asked([program("perl"), "-e", BIG], ch01["to_big"](n, size))
    assert int(printed) == n == ch01["from_big"](ch01["to_big"](n, size))


@pytest.mark.parametrize(
    ("text", "number", "charset"),
    [("你好，世界", 113, "gbk"), ("你好", 106, "utf-8"), ("世中文字", 2026, "big5")],
)
def test_iconv_reads_the_text_of_our_message(
    ch01: Names, program: Program, text: str, number: int, charset: str
) -> None:
    packet = ch01["pack_message"](text, number)
    printed = asked([program("iconv"), "-f", charset, "-t", "utf-8"], packet[7:])
    assert (printed.decode(), len(packet)) == (text, 7 + len(text.encode(charset)))


BY_HAND = r"""set -e -o pipefail; cd "$0"
{ printf '\001\000\161\000\000\000\004'; printf 你好 | iconv -f utf-8 -t gbk; } > m.bin
cat m.bin > /dev/udp/127.0.0.1/$1"""


def test_bash_and_iconv_write_a_message_that_we_read(
    ch01: Names, program: Program, tmp_path: Any
) -> None:
    program("iconv")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(DEADLINE_S)
        port = str(sock.getsockname()[1])
        done = subprocess.run([program("bash"), "-c", BY_HAND, str(tmp_path), port])
        if done.returncode:
            pytest.skip("this bash has no /dev/udp: that of Debian and Ubuntu has it")
        assert ch01["unpack_message"](sock.recv(1000)) == "你好"


# -- there and back, whatever it is ----------------------------------------------------------------


@ON_ANY_MACHINE
@given(n=st.integers(0, 2**200), more=st.integers(0, 5))
def test_a_number_comes_back(ch01: Names, n: int, more: int) -> None:
    size = (n.bit_length() + 7) // 8 + more
    packed = ch01["to_big"](n, size)
    assert (len(packed), ch01["from_big"](packed)) == (size, n)
    with pytest.raises(OverflowError):
        ch01["to_big"](n + 256**size, size)


@ON_ANY_MACHINE
@given(st.integers(0, 255), st.integers(0, 65535), st.integers(0, 2**32 - 1))
def test_a_header_comes_back(ch01: Names, version: int, charset: int, length: int) -> None:
    packed = ch01["pack_header"](version, charset, length)
    assert (len(packed), ch01["unpack_header"](packed)) == (7, (version, charset, length))


@ON_ANY_MACHINE
@given(text=st.text(), number=st.sampled_from([3, 106, 113, 2026]))
def test_a_message_comes_back_or_cannot_be_written(ch01: Names, text: str, number: int) -> None:
    try:
        packet = ch01["pack_message"](text, number)
    except UnicodeEncodeError:
        return
    assert ch01["unpack_message"](packet) == text
    with pytest.raises(ValueError, match="7 bytes|expected"):
        ch01["unpack_message"](packet[:-1])
