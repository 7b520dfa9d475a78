"""A swarm against servers of the tests: asyncio's, a naive one, and some that fail."""

import asyncio
import inspect
import json
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from netlib import language
from netlib.deadlines import stretched
from netlib.serving import serving
from netlib.swarm import Comparison, Row, Swarm, compare, greenlets, own, protocol, threads

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs epoll")
DEADLINE_S = stretched(60)


def echo(listener: socket.socket, stop: threading.Event) -> None:
    """A server of one thread, for few clients that read.

    Its docstring has lines, which are no code.
    """
    socks = [listener]
    while not stop.is_set():
        for sock in select.select(socks, [], [], 0.05)[0]:
            if sock is listener:
                socks.append(listener.accept()[0])
                continue
            try:
                data = sock.recv(65536)
                sock.setblocking(False)  # a stalled client holds up nobody
                sock.send(data)
            except OSError:
                data = b""
            if not data:
                socks.remove(sock)
                sock.close()


def streams(listener: socket.socket, stop: threading.Event) -> None:
    """One that we did not write."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, sock=listener)
        async with server:
            while not stop.is_set():
                await asyncio.sleep(0.02)

    asyncio.run(serve())


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.005)


def test_talkers_talk_idle_ones_do_not_and_all_leave() -> None:
    with serving(echo, "tcp") as address, Swarm(address, idle=20, talkers=5) as swarm:
        there = swarm.counts()
        assert (there.idle, there.talker, there.waiting, there.refused) == (20, 5, 0, 0)
        load = swarm.measure(0.2)
        assert load.messages > 5
        assert load.p50_ms is not None
        assert load.p99_ms is not None
        assert 0 < load.p50_ms <= load.p99_ms
        assert swarm.counts().messages >= load.messages


def test_a_stalled_one_sends_and_reads_nothing() -> None:
    with serving(echo, "tcp") as address, Swarm(address, talkers=2) as swarm:
        assert swarm.stall(1).stalled == 1
        load = swarm.measure(0.1)
        assert load.messages > 0  # of the other


def test_who_is_reset_is_gone_and_the_server_hears_it() -> None:
    heard: list[str] = []
    ended = threading.Event()

    def server(listener: socket.socket, stop: threading.Event) -> None:
        sock, _ = listener.accept()
        with sock:
            sock.settimeout(DEADLINE_S)
            try:
                while sock.recv(100):
                    pass
            except ConnectionResetError:
                heard.append("reset")
        ended.set()
        stop.wait()

    with serving(server, "tcp") as address, Swarm(address, idle=1) as swarm:
        assert swarm.reset(1).idle == 0
        assert ended.wait(DEADLINE_S)
    assert heard == ["reset"]


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = closed.getsockname()
    with Swarm(address, talkers=3) as swarm:
        assert swarm.counts().refused == 3
        assert swarm.measure(0.05).messages == 0


def test_a_server_that_ends_loses_its_clients() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with Swarm(listener.getsockname(), idle=2) as swarm:
            for _ in range(2):
                listener.accept()[0].close()
            until(lambda: swarm.counts().lost == 2)


def test_servers_are_compared_and_who_fails_is_a_row() -> None:
    def broken(listener: socket.socket, stop: threading.Event) -> None:
        raise ValueError("no such thing\x1b[31m")

    def gone(listener: socket.socket, stop: threading.Event) -> None:
        return None

    def stub(listener: socket.socket, stop: threading.Event) -> None:
        raise NotImplementedError

    servers = {"echo": echo, "streams": streams, "broken": broken, "gone": gone, "later": None}
    servers["stub"] = stub
    before = len(os.listdir("/proc/self/fd"))
    seen = compare(servers, connections=(1, 120), active=10, seconds=0.2)
    assert len(os.listdir("/proc/self/fd")) == before
    assert not Path("/proc/thread-self/children").read_text().split()
    rows = {(row.server, row.connections): row for row in seen.rows}
    for name in ("echo", "streams"):
        for count in (1, 120):
            row = rows[name, count]
            assert not row.failure
            assert row.messages_s and row.per_cpu_s and row.p50_ms and row.p99_ms
            assert (row.kib is None) == (count == 1)
            assert row.answered == min(count, 10)
    assert rows["broken", 1].failure.startswith("ValueError: no such thing")
    assert "\x1b" not in str(seen)
    assert "with nobody asking it to" in rows["gone", 1].failure
    assert [row.failure for row in seen.rows[-2:]] == ["not written yet"] * 2
    assert [(row.server, row.connections) for row in seen.rows[-2:]] == [("later", 1), ("stub", 1)]
    assert seen.code["later"] == 0
    assert 12 <= seen.code["echo"] <= 20
    assert "lines of code: echo" in str(seen)
    assert seen.lines().svg().startswith("<")


def test_a_comparison_speaks_the_readers_language() -> None:
    language.use("zh")
    seen = Comparison((Row("我的", 1, 1000.0, 2000.0, 0.5, 1.5),), {"我的": 7}, "zh")
    assert "服务器" in str(seen)
    assert "代码行数：我的 7" in seen._repr_html_()
    assert compare({"我的": None}).rows[0].failure == "还没有写"


class Parts:
    """Of a server."""

    limit = 3

    def one(self) -> int:
        """It has two lines of code."""
        return 1


def test_the_classes_of_a_server_are_counted_with_it() -> None:
    assert compare({"mine": None}, also={"mine": [Parts, DEADLINE_S]}).code == {"mine": 4}


@pytest.mark.parametrize("server", [threads, protocol, greenlets])
def test_the_servers_to_compare_with_echo_and_end(server: Callable[..., None]) -> None:
    if server is greenlets and find_spec("gevent") is None:
        pytest.skip("gevent is not installed here: `pip install gevent`")
    seen = compare({"it": server}, connections=(20,), active=20, seconds=0.2)
    assert not seen.rows[0].failure
    assert seen.rows[0].answered == 20


def notebook(folder: Path, chapter: str, *cells: tuple[str, str]) -> None:
    """Write a notebook of a chapter: cells are roles and sources."""
    made = [
        {"id": f"c{n}", "metadata": {"live_sockets": {"role": role}}, "source": source}
        for n, (role, source) in enumerate(cells)
    ]
    path = folder / f"{chapter}_topic" / f"{chapter}_topic.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps({"cells": made}))


MANY = """def many(listener, handler, stop):
    return listener, handler, stop
"""


def test_ones_own_server_of_another_chapter_is_found(tmp_path: Path) -> None:
    notebook(
        tmp_path,
        "ch16",
        ("setup", "SIZE = 7\nprint('never')\n1 / 0"),
        ("solution", "def broken(:"),
        ("solution", "def served():\n    return SIZE\n"),
        ("solution", MANY),
        ("demo", "def shown():\n    pass\n"),
    )
    here = tmp_path / "ch18_topic"
    here.mkdir()
    assert own("ch16", "served", here)() == 7
    assert inspect.getsource(own("ch16", "served", here)) == "def served():\n    return SIZE\n"
    assert own("ch16", "shown", here) is None
    many = own("ch16", "many", here, handler="h")
    assert (many(1, 2), inspect.getsource(many).splitlines()[1]) == (
        (1, "h", 2),
        "    return listener, handler, stop",
    )
    assert own("ch16", "SIZE", here) is None
    assert own("ch17", "served", here) is None


def test_what_is_no_notebook_has_no_servers(tmp_path: Path) -> None:
    (tmp_path / "ch16_topic").mkdir()
    for text in ("", "[]", '{"cells": 3}', '{"cells": [{}]}'):
        (tmp_path / "ch16_topic" / "ch16_topic.ipynb").write_text(text)
        assert own("ch16", "served", tmp_path / "ch18_topic") is None
