"""Chapters 06 and 07 against programs that we did not write, both ways; files compared by hash."""

import contextlib
import hashlib
import json
import random
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from netlib.capture import capture
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.faults import UDPRelay
from netlib.lan import Host, Lan
from netlib.programs import TFTPServer, tftp_server
from netlib.schedule import Fault, Schedule
from netlib.serving import serving
from netlib.trace import Message, Trace

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch06", "ch07")]

DEADLINE_S = stretched(60)
SIZES = (0, 1, 511, 512, 513, 1024, 100_000)
WRAP = 33_555_044  # bytes: 65,537 full blocks and 100 bytes, so block 65535 is followed by 0 and 1
PATIENT = {"timeout": 0.1, "tries": 50}

Address = tuple[str, int]
Names = dict[str, Any]
Program = Callable[[str], str]


@pytest.fixture(params=["in.tftpd", "tftpy"])
def start(request: pytest.FixtureRequest) -> Callable[[dict[str, bytes]], TFTPServer]:
    """A server that we did not write, by tftp_server."""
    try:
        with tftp_server(program=request.param):
            pass
    except Unavailable as missing:
        pytest.skip(str(missing))
    return lambda files: tftp_server(files, request.param)


def content(size: int) -> bytes:
    """Return the same bytes for the same size; no two blocks of them are alike."""
    return random.Random(size).randbytes(size)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def in_file(path: Path) -> str:
    return digest(path.read_bytes())


def loses_and_doubles(seed: int, first: int = 1, in_a_row: int = 2) -> Schedule:
    """Lose a fifth of all datagrams, but never more than so many in a row, and double a fifth."""
    rng = random.Random(seed)
    faults = []
    for reply in (False, True):
        lost = 0
        for number in range(first, 2000):
            drawn = rng.random()
            lost = lost + 1 if drawn < 0.2 and lost < in_a_row else 0
            if lost:
                faults.append(Fault("lose", number, reply))
            elif drawn > 0.8:
                faults.append(Fault("duplicate", number, reply))
    return Schedule(tuple(faults))


def messages(trace: Trace) -> list[Message]:
    return [event for event in trace if isinstance(event, Message)]


# ---------------------------------------------------------------- our client, their servers


def test_download_gets_every_size(
    ch06: Names, start: Callable[[dict[str, bytes]], TFTPServer], tmp_path: Path
) -> None:
    with start({f"{size}.bin": content(size) for size in SIZES}) as (host, port):
        for size in SIZES:
            target = tmp_path / f"{size}.bin"
            blocks: list[int] = []
            got = ch06["download"](
                host, port, target.name, str(target), **PATIENT, on_progress=blocks.append
            )
            assert (got, in_file(target)) == (size, digest(content(size)))
            assert blocks == list(range(1, ch06["estimate_blocks"](size) + 1))


def test_upload_brings_every_size(
    ch07: Names, start: Callable[[dict[str, bytes]], TFTPServer], tmp_path: Path
) -> None:
    server = start({})
    with server as (host, port):
        for size in SIZES:
            source = tmp_path / f"{size}.bin"
            source.write_bytes(content(size))
            assert ch07["upload"](host, port, str(source), source.name, **PATIENT) == size
            assert in_file(server.folder / source.name) == digest(content(size))


def test_both_count_on_after_block_65535(ch06: Names, ch07: Names, tmp_path: Path) -> None:
    server, target = tftp_server({"big.bin": content(WRAP)}), tmp_path / "big.bin"
    try:
        with server as (host, port):
            assert ch06["download"](host, port, "big.bin", str(target), **PATIENT) == WRAP
            assert in_file(target) == digest(content(WRAP))
            assert ch07["upload"](host, port, str(target), "back.bin", **PATIENT) == WRAP
            assert in_file(server.folder / "back.bin") == digest(content(WRAP))
    except Unavailable as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("seed", range(2))
def test_download_gets_through_a_network_that_loses_and_doubles_a_fifth(
    ch06: Names, start: Callable[[dict[str, bytes]], TFTPServer], tmp_path: Path, seed: int
) -> None:
    target = tmp_path / "a.bin"
    with start({"a.bin": content(20_000)}) as address:
        relay = UDPRelay(address, loses_and_doubles(seed))
        with relay as (host, port):
            assert ch06["download"](host, port, "a.bin", str(target), **PATIENT) == 20_000
    assert in_file(target) == digest(content(20_000))
    assert {"lost", "duplicate"} <= {one.fate for one in messages(relay.trace)}


@pytest.mark.parametrize("seed", range(2))
def test_upload_gets_through_it_too(ch07: Names, tmp_path: Path, seed: int) -> None:
    """To in.tftpd alone: tftpy leaves after its last ACK, and that one may be lost.

    in.tftpd repeats it once, if it is asked to within 0.1 s.
    """
    server, source = tftp_server({}, "in.tftpd"), tmp_path / "a.bin"
    source.write_bytes(content(20_000))
    try:
        with server as address:
            relay = UDPRelay(address, loses_and_doubles(seed, in_a_row=1))
            with relay as (host, port):
                assert ch07["upload"](host, port, str(source), "b.bin", 0.03, 200) == 20_000
            assert in_file(server.folder / "b.bin") == digest(content(20_000))
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert {"lost", "duplicate"} <= {one.fate for one in messages(relay.trace)}


def test_their_refusal_is_our_exception(
    ch06: Names, start: Callable[[dict[str, bytes]], TFTPServer], tmp_path: Path
) -> None:
    with start({}) as (host, port), pytest.raises(ch06["TftpError"]) as caught:
        ch06["download"](host, port, "nosuch", str(tmp_path / "a"))
    assert caught.value.args == (1, "File not found")
    assert list(tmp_path.iterdir()) == []


def test_a_name_in_chinese_is_found_by_in_tftpd(ch06: Names, ch07: Names, tmp_path: Path) -> None:
    server = tftp_server({"plain": b""}, "in.tftpd")
    target = tmp_path / "a"
    target.write_bytes("你好".encode())
    try:
        with server as (host, port):
            ch07["upload"](host, port, str(target), "你好.txt")
            assert (server.folder / "你好.txt").read_bytes() == "你好".encode()
            assert ch06["download"](host, port, "你好.txt", str(target)) == 6
    except Unavailable as missing:
        pytest.skip(str(missing))


# ---------------------------------------------------------------- their clients, our server


Fetch = Callable[[Address, str, Path], list[str]]


def _curl_get(server: Address, name: str, target: Path) -> list[str]:
    host, port = server
    return ["-sS", "-o", str(target), f"tftp://{host}:{port}/{name}"]


def _curl_put(server: Address, name: str, source: Path) -> list[str]:
    host, port = server
    return ["-sS", "-T", str(source), f"tftp://{host}:{port}/{name}"]


def _tftp(verb: str) -> Fetch:
    def words(server: Address, name: str, file: Path) -> list[str]:
        host, port = server
        files = (name, str(file)) if verb == "get" else (str(file), name)
        return ["-m", "binary", host, str(port), "-c", verb, *files]

    return words


def _busybox(option: str) -> Fetch:
    def words(server: Address, name: str, file: Path) -> list[str]:
        host, port = server
        return ["tftp", option, "-r", name, "-l", str(file), host, str(port)]

    return words


GET: dict[str, Fetch] = {"curl": _curl_get, "tftp": _tftp("get"), "busybox": _busybox("-g")}
PUT: dict[str, Fetch] = {"curl": _curl_put, "tftp": _tftp("put"), "busybox": _busybox("-p")}


@pytest.fixture(params=GET)
def client(request: pytest.FixtureRequest, program: Program) -> str:
    """The name of a client that we did not write; skipped where it is not installed."""
    program(request.param)
    return str(request.param)


def run(client: str, words: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [client, *words], capture_output=True, timeout=DEADLINE_S, stdin=subprocess.DEVNULL
    )


@contextlib.contextmanager
def served(ch07: Names, root: Path) -> Iterator[Address]:
    """Our server; what it began is counted at the end."""
    with serving(lambda sock, stop: ch07["serve"](sock, str(root), stop)) as address:
        yield address


def eventually(path: Path, size: int) -> None:
    """Wait for a file of that size: the server makes it when the client may have left already."""
    woken, waited = threading.Event(), 0
    while not path.exists() or path.stat().st_size != size:
        assert waited < DEADLINE_S * 100, f"still no {path.name} of {size} B"
        woken.wait(0.01)
        waited += 1


def test_serve_sends_every_size(ch07: Names, client: str, tmp_path: Path) -> None:
    (root := tmp_path / "root").mkdir()
    for size in SIZES:
        (root / f"{size}.bin").write_bytes(content(size))
    with served(ch07, root) as address:
        for size in SIZES:
            target = tmp_path / "got"
            done = run(client, GET[client](address, f"{size}.bin", target))
            assert done.returncode == 0, done
            assert in_file(target) == digest(content(size)), done
            target.unlink()


def test_serve_takes_every_size(ch07: Names, client: str, tmp_path: Path) -> None:
    (root := tmp_path / "root").mkdir()
    with served(ch07, root) as address:
        for size in SIZES:
            (source := tmp_path / "source").write_bytes(content(size))
            done = run(client, PUT[client](address, f"{size}.bin", source))
            assert done.returncode == 0, done
            eventually(root / f"{size}.bin", size)
            assert in_file(root / f"{size}.bin") == digest(content(size))
    assert sorted(path.name for path in root.iterdir()) == sorted(f"{size}.bin" for size in SIZES)


def test_serve_counts_on_after_block_65535(ch07: Names, client: str, tmp_path: Path) -> None:
    (root := tmp_path / "root").mkdir()
    (root / "big.bin").write_bytes(content(WRAP))
    target = tmp_path / "got"
    with served(ch07, root) as address:
        done = run(client, GET[client](address, "big.bin", target))
    assert (done.returncode, in_file(target)) == (0, digest(content(WRAP))), done


def test_serve_takes_what_curl_counts_on_after_block_65535(
    ch07: Names, program: Program, tmp_path: Path
) -> None:
    program("curl")
    (root := tmp_path / "root").mkdir()
    (source := tmp_path / "big.bin").write_bytes(content(WRAP))
    with served(ch07, root) as address:
        done = run("curl", PUT["curl"](address, "big.bin", source))
        assert done.returncode == 0, done
        eventually(root / "big.bin", WRAP)
    assert in_file(root / "big.bin") == digest(content(WRAP))


def test_serve_gets_through_a_network_that_loses_and_doubles_a_fifth(
    ch07: Names, client: str, tmp_path: Path
) -> None:
    """The first request arrives: tftp-hpa's client would repeat it after 5 s only.

    Never two losses in a row: the server leaves after five tries of 0.1 s, as its exercise says.
    """
    (root := tmp_path / "root").mkdir()
    (root / "a.bin").write_bytes(content(20_000))
    target = tmp_path / "got"
    with served(ch07, root) as address:
        relay = UDPRelay(address, loses_and_doubles(0, first=2, in_a_row=1))
        with relay as front:
            done = run(client, GET[client](front, "a.bin", target))
    assert done.returncode == 0, done
    assert in_file(target) == digest(content(20_000))
    assert {"lost", "duplicate"} <= {one.fate for one in messages(relay.trace)}


def test_serve_takes_no_part_in_options_and_says_why_it_refuses(
    ch07: Names, client: str, tmp_path: Path
) -> None:
    (root := tmp_path / "root").mkdir()
    (root / "a.bin").write_bytes(content(1000))
    target = tmp_path / "got"
    asked = {"busybox": ["-b", "1428"], "curl": ["--tftp-blksize", "1428"], "tftp": []}[client]
    with served(ch07, root) as address:
        relay = UDPRelay(address)
        with relay as front:
            words = GET[client](front, "a.bin", target)
            at = 1 if client == "busybox" else 0
            done = run(client, [*words[:at], *asked, *words[at:]])
        request, answer = messages(relay.trace)[:2]
        assert (b"blksize\x001428\0" in request.data) is bool(asked)
        assert (answer.data[:4], len(answer.data)) == (b"\0\3\0\1", 516)
        assert (done.returncode, in_file(target)) == (0, digest(content(1000))), done

        relay = UDPRelay(address)
        with relay as front:
            run(client, GET[client](front, "nosuch", tmp_path / "nothing"))
            run(client, PUT[client](front, "a.bin", target))
    refusals = [one.data[:4] for one in messages(relay.trace) if one.data[:2] == b"\0\5"]
    assert refusals == [b"\0\5\0\1", b"\0\5\0\6"]
    assert in_file(root / "a.bin") == digest(content(1000))


# ---------------------------------------------------------------- a capture, read by tshark


@pytest.fixture
def lan() -> Iterator[Lan]:
    try:
        lan = Lan("192.0.2.0/24").start()
    except Unavailable as missing:
        pytest.skip(str(missing))
    yield lan
    lan.close()


@contextlib.contextmanager
def served_on(host: Host, ch07: Names, root: Path) -> Iterator[None]:
    """Our server on port 69 of a host; every socket of it is born there."""
    ready, stop = threading.Event(), threading.Event()

    def serve() -> None:
        import socket

        with host, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((host.address, 69))
            ready.set()
            ch07["serve"](sock, str(root), stop)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert ready.wait(DEADLINE_S)
        yield
    finally:
        stop.set()
        thread.join()


def shown(program: Program, path: Path, *more: str, warnings: str) -> list[dict[str, Any]]:
    """Return the layers of every packet in a file in which tshark finds no such warnings."""
    tshark = program("tshark")
    checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", *more]

    def run(*words: str) -> str:
        command = [tshark, "-r", str(path), *checks, *words]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=DEADLINE_S
        ).stdout

    assert run("-Y", f"_ws.malformed or _ws.short or {warnings}") == ""
    return [packet["_source"]["layers"] for packet in json.loads(run("-T", "json"))]


def test_tshark_reads_a_capture_of_both_directions_without_a_warning(
    ch06: Names, ch07: Names, program: Program, lan: Lan, tmp_path: Path
) -> None:
    anna, ben = lan.host("anna"), lan.host("ben")
    (root := tmp_path / "root").mkdir()
    (root / "notes.txt").write_bytes(content(1500))
    target = tmp_path / "got"
    with served_on(ben, ch07, root), capture(lan.switches[0], "udp") as frames, anna:
        ch06["download"](ben.address, 69, "notes.txt", str(target))
        ch07["upload"](ben.address, 69, str(target), "back.txt")
        eventually(root / "back.txt", 1500)
        frames.wait(15)
    frames.save(tmp_path / "tftp.pcapng")
    packets = shown(program, tmp_path / "tftp.pcapng", warnings="_ws.expert")
    opcodes = "".join(packet["tftp"]["tftp.opcode"] for packet in packets)
    assert opcodes == "134343424343434"
    assert not any(one.frame.error for one in frames)
    numbers = [packet["tftp"].get("tftp.block") for packet in packets]
    assert numbers[1:7] == ["1", "1", "2", "2", "3", "3"]
    assert in_file(root / "back.txt") == digest(content(1500))


def test_tshark_reads_the_trace_of_a_bad_network_without_a_warning(
    ch06: Names, start: Callable[[dict[str, bytes]], TFTPServer], program: Program, tmp_path: Path
) -> None:
    with start({"a.bin": content(5000)}) as address:
        relay = UDPRelay(address, "lose 1, 4; duplicate reply 2, 5; reorder reply 7")
        with relay as (host, port):
            ch06["download"](host, port, "a.bin", str(tmp_path / "got"), **PATIENT)
    relay.trace.save(tmp_path / "tftp.pcapng")
    # what the network did stands in comments, and what came twice is noted: both in their place
    warnings = "_ws.expert.severity >= 0x600000"  # proto.h: PI_WARN
    where = ("-d", f"udp.port=={port},tftp")
    packets = shown(program, tmp_path / "tftp.pcapng", *where, warnings=warnings)
    assert len(packets) == len(messages(relay.trace))
    for packet, message in zip(packets, messages(relay.trace), strict=True):
        opcode, number = struct.unpack("!HH", message.data[:4])
        assert packet["tftp"]["tftp.opcode"] == str(opcode)
        assert opcode == 1 or packet["tftp"]["tftp.block"] == str(number)
