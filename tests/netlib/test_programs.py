"""Programs that we did not write: TFTP servers start, serve a plain client, and are gone; bash says
a sentence."""

import functools
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import netlib.programs as programs
from netlib.attempt import attempt
from netlib.deadlines import stretched
from netlib.errors import NetlibError, Unavailable
from netlib.programs import TFTPServer, say, tftp_server

DEADLINE_S = stretched(60)
ROOT = Path(__file__).resolve().parents[2]
SIZES = (0, 1, 511, 512, 513, 1024)

Address = tuple[str, int]


@pytest.fixture(params=["in.tftpd", "tftpy"])
def start(request: pytest.FixtureRequest) -> Callable[[dict[str, bytes]], TFTPServer]:
    """Each of the two programs; skipped where it cannot run."""
    if (why := missing(request.param)) is not None:
        pytest.skip(why)
    return lambda files: tftp_server(files, request.param)


@functools.cache
def missing(program: str) -> str | None:
    try:
        with tftp_server(program=program):
            return None
    except Unavailable as error:
        return str(error)


def client() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(DEADLINE_S)
    return sock


def get(server: Address, name: str) -> bytes:
    """Fetch a file as RFC 1350 has it, from a server that loses nothing."""
    data, expected = b"", 1
    with client() as sock:
        sock.sendto(b"\0\x01" + name.encode() + b"\0octet\0", server)
        while True:
            packet, peer = sock.recvfrom(600)
            opcode, block = struct.unpack("!HH", packet[:4])
            if opcode != 3:
                raise LookupError(opcode, block)
            if block == expected:  # else one that came twice
                data, expected = data + packet[4:], expected + 1
            sock.sendto(struct.pack("!HH", 4, block), peer)
            if block == expected - 1 and len(packet) < 516:
                return data


def put(server: Address, name: str, data: bytes) -> None:
    with client() as sock:
        sock.sendto(b"\0\x02" + name.encode() + b"\0octet\0", server)
        for block in range(len(data) // 512 + 2):
            while True:
                packet, peer = sock.recvfrom(600)
                if packet == struct.pack("!HH", 4, block):
                    break
                assert packet[:2] == b"\0\x04", packet
            part = data[block * 512 : block * 512 + 512]
            if block <= len(data) // 512:
                sock.sendto(struct.pack("!HH", 3, block + 1) + part, peer)


def running(folder: Path) -> list[str]:
    """Return the programs whose command names folder, and that have not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()  # empty when it has ended
        except OSError:
            continue
        if str(folder).encode() in command:
            found.append(command.decode(errors="replace"))
    return found


def nobody_listens(server: Address) -> bool:
    with client() as sock:
        sock.connect(server)
        try:
            sock.send(b"\0")
            sock.settimeout(0.05)
            sock.recv(1)
        except ConnectionRefusedError:
            return True
        except TimeoutError:
            pass
        return False


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < end


Start = Callable[[dict[str, bytes]], TFTPServer]


def test_files_of_every_size_are_served_from_a_port_of_their_own(start: Start) -> None:
    files = {f"{size}.bin": os.urandom(size) for size in SIZES}
    with start(files) as server:
        assert {name: get(server, name) for name in files} == files
        with client() as sock:
            sock.sendto(b"\0\x01512.bin\0octet\0", server)
            _, peer = sock.recvfrom(600)
        assert peer[0] == server[0] == "127.0.0.1"
        assert peer[1] != server[1]


def test_uploads_land_in_the_folder_and_replace_what_is_there(start: Start) -> None:
    made = start({"old.bin": b"x" * 2000, "sub/old.bin": b""})
    with made as server:
        for size in SIZES:
            data = os.urandom(size)
            for name in ("new.bin", "old.bin", "sub/old.bin", f"sub/{size}.bin"):
                put(server, name, data)
                assert (made.folder / name).read_bytes() == data
                assert get(server, name) == data


def test_a_file_that_is_not_there_is_error_1(start: Start) -> None:
    with start({}) as server, pytest.raises(LookupError, match=r"^\(5, 1\)$"):
        get(server, "nosuch")


def test_what_is_not_acknowledged_is_sent_again(start: Start) -> None:
    with start({"a": b"hello"}) as server, client() as sock:
        sock.sendto(b"\0\x01a\0octet\0", server)
        began = time.monotonic()
        assert [sock.recv(600) for _ in range(3)] == [b"\0\x03\0\x01hello"] * 3
        assert time.monotonic() - began >= 0.15  # twice 0.1 s, and clocks that are not the same


def test_an_acknowledgement_that_comes_twice_doubles_nothing(start: Start) -> None:
    with start({"a": bytes(1000)}) as server, client() as sock:
        sock.sendto(b"\0\x01a\0octet\0", server)
        _, peer = sock.recvfrom(600)
        for _ in range(3):
            sock.sendto(b"\0\x04\0\x01", peer)
        assert sock.recv(600)[:4] == b"\0\x03\0\x02"
        sock.sendto(b"\0\x04\0\x02", peer)
        sock.settimeout(0.3)  # three times its patience
        with pytest.raises((TimeoutError, ConnectionRefusedError)):
            sock.recv(600)


def test_two_clients_are_served_at_once(start: Start) -> None:
    with start({"a": b"a" * 600, "b": b"b" * 600}) as server, client() as sock:
        sock.sendto(b"\0\x01a\0octet\0", server)
        sock.recv(600)
        assert get(server, "b") == b"b" * 600


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\0",
        b"\0\x01",
        b"\0\x01a",
        b"\0\x01\0\0",
        b"\0\x09a\0octet\0",
        b"\0\x04\0\x01",
        b"\0\x01" + "你好".encode() + b"\0octet\0",
        b"\0\x01\xff\xfe\0octet\0",
        b"\0\x01sub\0octet\0",
        b"\0\x01../../etc/passwd\0octet\0",
        b"\0\x02sub\0octet\0",
        b"\0\x02no/such/\0octet\0",
        b"\0\x01a\0octet\0blksize\0many\0",
        b"\0\x01a\0octet\0tsize\0",
        b"\xff" * 60_000,
    ],
    ids=lambda junk: repr(junk[:30]),
)
def test_nothing_that_a_client_sends_ends_it(start: Start, junk: bytes) -> None:
    with start({"a": b"hello", "sub/x": b""}) as server, client() as sock:
        sock.sendto(junk, server)
        assert get(server, "a") == b"hello"


def test_when_its_block_ends_nothing_is_left(start: Start) -> None:
    made = start({"a": b"hello" * 1000})
    with made as server, client() as sock:
        sock.sendto(b"\0\x01a\0octet\0", server)
        sock.recv(600)  # a transfer that hangs
        assert made.program in ("in.tftpd", "tftpy")
        assert running(made.folder) != []
    assert not made.folder.exists()
    eventually(lambda: not running(made.folder))
    assert nobody_listens(server)


def test_an_exception_in_its_block_ends_it_and_it_can_be_started_again(start: Start) -> None:
    made = start({"a": b"hello"})
    with pytest.raises(KeyboardInterrupt):
        with made as server:
            raise KeyboardInterrupt
    assert nobody_listens(server)
    with made as server:
        assert get(server, "a") == b"hello"
        with pytest.raises(NetlibError, match=r"^these files are being served already: make a"):
            made.__enter__()
        assert get(server, "a") == b"hello"


def test_when_the_notebook_is_killed_it_ends(start: Start) -> None:
    [program] = start({})._wanted
    code = (
        "import sys; from netlib.programs import tftp_server\n"
        f"made = tftp_server({{}}, {program!r})\n"
        "with made as server: print(server[1], made.folder, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as notebook:
        assert notebook.stdout is not None
        port, folder = notebook.stdout.readline().split()
        assert running(Path(folder)) != []
        notebook.send_signal(signal.SIGKILL)
    eventually(lambda: not running(Path(folder)))
    eventually(lambda: nobody_listens(("127.0.0.1", int(port))))
    shutil.rmtree(folder)


def test_an_interrupt_of_the_notebook_does_not_reach_it(start: Start) -> None:
    def interrupted() -> bool:
        os.setsid()
        with start({"a": b"hello"}) as server:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.killpg(0, signal.SIGINT)
            return get(server, "a") == b"hello"

    # in a process of its own: the signal goes to its whole group
    assert str(attempt(interrupted, seconds=DEADLINE_S)) == "returned True"


def test_without_real_root_it_is_tftpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_is_real_root", lambda: False)
    if (why := missing("tftpy")) is not None:
        pytest.skip(why)
    made = tftp_server({"a": b"hello"})
    with made as server:
        assert made.program == "tftpy"
        assert get(server, "a") == b"hello"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="in.tftpd is only tried by root"
)
def test_an_in_tftpd_that_does_not_answer_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if (why := missing("tftpy")) is not None:
        pytest.skip(why)
    (tmp_path / "in.tftpd").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "in.tftpd").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(programs, "_is_real_root", lambda: True)
    monkeypatch.setattr(programs, "SERVER_S", 0.05)
    made = tftp_server({})
    with made:
        assert made.program == "tftpy"
        eventually(lambda: not running(tmp_path))


def test_where_neither_runs_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(programs, "_is_real_root", lambda: False)
    monkeypatch.setattr(programs, "_TFTPY", "raise SystemExit(1)")
    complaint = (
        "expected a TFTP server to talk to: tftpy (pip install tftpy) or, as root, in.tftpd; "
        "in.tftpd and tftpy cannot be run here"
    )
    with pytest.raises(Unavailable, match=f"^{re.escape(complaint)}$"), tftp_server({}):
        pass


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", ".", "你", "a\0b", "a\n"])
def test_names_that_no_folder_can_have_are_refused(name: str) -> None:
    complaint = f"tftp_server() expected names of files, in ASCII; got {name!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(complaint)}$"):
        tftp_server({name: b""})


def test_wrong_types_and_programs_are_sentences() -> None:
    with pytest.raises(TypeError, match=r"^tftp_server\(\) expected a to be bytes; got str$"):
        tftp_server({"a": "text"})  # type: ignore[dict-item]
    with pytest.raises(
        ValueError, match=r'expected program to be "in.tftpd" or "tftpy"; got \'dnsmasq\'$'
    ):
        tftp_server({}, "dnsmasq")


def test_who_is_no_root_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not programs._is_real_root()


@pytest.mark.parametrize(("setgroups", "real"), [("allow\n", True), ("deny\n", False)])
def test_a_root_who_may_not_change_its_groups_is_no_real_one(
    setgroups: str, real: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "read_text", lambda path, encoding: setgroups)
    assert programs._is_real_root() is real


def test_where_nobody_tells_root_is_root(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_text(path: Path, encoding: str) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(Path, "read_text", read_text)
    assert programs._is_real_root()


# -- say -------------------------------------------------------------------------------------------


@pytest.fixture(params=["bash", "python3"])
def speaker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Who says it: bash, or where there is none, Python."""
    if request.param == "python3":
        monkeypatch.setenv("PATH", "/nonexistent")
    elif not (shutil.which("bash") and shutil.which("iconv")):
        pytest.skip("there is no bash with iconv here")
    return str(request.param)


@pytest.mark.parametrize("charset", ["utf-8", "gbk", "big5"])
@pytest.mark.parametrize("text", ["你好", "it's $HOME; \\ %s"])
def test_what_is_said_is_one_datagram_and_the_command_is_shown(
    speaker: str, text: str, charset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with client() as ours:
        ours.bind(("127.0.0.1", 0))
        say(text, charset, ours.getsockname())
        assert ours.recv(1000) == text.encode(charset)
    shown = capsys.readouterr().out
    assert shown.startswith("$ printf %s " if speaker == "bash" else "python3, which sends ")
    assert charset in shown
    assert shown.count("\n") == 1


def test_what_the_charset_lacks_is_not_said() -> None:
    with client() as ours:
        ours.bind(("127.0.0.1", 0))
        with pytest.raises(UnicodeEncodeError):
            say("50 €", "gbk", ours.getsockname())


def test_where_nobody_can_say_it_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(sys, "executable", "/nonexistent/python3")
    with pytest.raises(Unavailable, match="expected bash and iconv, or python3"):
        say("hello", "utf-8", ("127.0.0.1", 9))
