"""Chapter 03 against programs that we did not write: ss, lsof, getent, busybox, curl, socat."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.ports import reserved_port
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch03")]

DEADLINE_S = stretched(60)
SERVICES = Path("/etc/services")
Program = Callable[[str], str]
Names = dict[str, Any]
SAID = "你好\n".encode() + bytes(range(256)) * 100


def printed(*command: str) -> str:
    """Return what a program prints; it may say by its exit code that there is nothing."""
    run = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    return run.stdout


@pytest.fixture
def port() -> Iterator[int]:
    number, mark = reserved_port(Random())
    with mark:
        yield number


@pytest.fixture(params=["127.0.0.1", "0.0.0.0"])
def listener(request: pytest.FixtureRequest, port: int) -> Iterator[socket.socket]:
    with socket.create_server((request.param, port)) as sock:
        yield sock


def rows(ch03: Names, port: int) -> list[Any]:
    """Return the rows of our own table in which somebody has that port."""
    table = ch03["parse_proc_net_tcp"](Path("/proc/net/tcp").read_text(encoding="ascii"))
    return [row for row in table if row[0][1] == port]


def owners(ch03: Names, port: int) -> dict[str, list[int]]:
    """Return who listens on that port, by host."""
    found = [row for row in rows(ch03, port) if row[2] == "LISTEN"]
    return {host: ch03["socket_owners"](inode) for (host, _), _, _, inode in found}


def test_ss_names_the_same_addresses_and_processes(
    ch03: Names, program: Program, listener: socket.socket
) -> None:
    host, port = listener.getsockname()
    said = printed(program("ss"), "-Hltnp4", f"sport = :{port}")
    assert f"{host}:{port}" in said
    ids = {int(each) for each in re.findall(r"pid=(\d+)", said)}
    assert owners(ch03, port) == {host: sorted(ids)} == {host: [os.getpid()]}


def test_ss_names_the_same_states(ch03: Names, program: Program, listener: socket.socket) -> None:
    _, port = listener.getsockname()
    names = {"LISTEN": "LISTEN", "ESTAB": "ESTABLISHED", "CLOSE-WAIT": "CLOSE_WAIT"}
    with socket.create_connection(("127.0.0.1", port)) as client, listener.accept()[0] as there:
        client.shutdown(socket.SHUT_WR)
        assert there.recv(1) == b""  # from now on it is in that state
        said = printed(program("ss"), "-Htan4", f"sport = :{port}")
        states = {names[line.split()[0]] for line in said.splitlines()}
        assert {row[2] for row in rows(ch03, port)} == states == {"LISTEN", "CLOSE_WAIT"}


def test_lsof_names_the_same_process(
    ch03: Names, program: Program, listener: socket.socket
) -> None:
    host, port = listener.getsockname()
    said = printed(program("lsof"), "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN")
    assert owners(ch03, port) == {host: sorted({int(word) for word in said.split()})}


def test_busybox_netstat_shows_the_same_line(
    ch03: Names, program: Program, listener: socket.socket
) -> None:
    host, port = listener.getsockname()
    said = printed(program("busybox"), "netstat", "-ltn")
    if f"{host}:{port}" not in said:
        pytest.skip("this busybox has no netstat")
    ((own, peer, state, _),) = rows(ch03, port)
    assert (own, peer, state) == ((host, port), ("0.0.0.0", 0), "LISTEN")


def test_a_process_that_was_started_by_another_one_is_found(ch03: Names, port: int) -> None:
    code = f"import socket; s = socket.create_server(('', {port})); print(flush=True); input()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as process:
        assert process.stdin and process.stdout
        process.stdout.readline()
        assert owners(ch03, port) == {"0.0.0.0": [process.pid]}
        assert ch03["is_port_taken"](port)
        process.stdin.close()


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
def test_getent_says_the_same_of_every_service(
    ch03: Names, program: Program, protocol: str
) -> None:
    if not SERVICES.exists():
        pytest.skip("there is no /etc/services here: install netbase")
    table = SERVICES.read_text(encoding="utf-8")
    names = ("ftp", "ftp-data", "smtp", "mail", "http", "www", "domain", "tftp", "ntp", "nobody")
    said = {}
    for name in names:
        line = printed(program("getent"), "services", f"{name}/{protocol}")
        said[name] = int(line.split()[1].partition("/")[0]) if line else None
    ours = {}
    for name in names:
        try:
            ours[name] = ch03["service_port"](table, name, protocol)
        except KeyError:
            ours[name] = None
    assert ours == said
    assert set(said.values()) - {None}


def test_curl_is_answered_where_the_port_is_taken(ch03: Names, program: Program) -> None:
    def web(listener: socket.socket, stop: object) -> None:
        client, _ = listener.accept()
        with client:
            client.recv(4096)
            client.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello\n")

    with serving(web, "tcp") as (host, port):
        assert ch03["is_port_taken"](port, "tcp", host)
        assert (
            printed(program("curl"), "-s", "--noproxy", "*", f"http://{host}:{port}/") == "hello\n"
        )


def test_socat_is_echoed_at_a_path(ch03: Names, program: Program, tmp_path: Path) -> None:
    path = tmp_path / "echo"
    command = [program("socat"), "-t60", "-", f"UNIX-CONNECT:{path},retry=600,interval=0.1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as socat:
        assert socat.stdin and socat.stdout
        socat.stdin.write(SAID)
        socat.stdin.close()
        assert ch03["unix_echo_once"](str(path)) == len(SAID)
        assert socat.stdout.read() == SAID
    assert not list(tmp_path.iterdir())
