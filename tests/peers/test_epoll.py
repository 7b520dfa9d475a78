"""Chapter 17 against programs that we did not write: busybox nc, socat, and clients on asyncio."""

import asyncio
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch17")]

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
Names = dict[str, Any]
Person = Any  # see conftest.py
Address = tuple[str, int]


@pytest.fixture
def room(ch17: Names) -> Iterator[Address]:
    """The address of a chat room."""
    with serving(ch17["chat_room"], "tcp") as address:
        yield address


def test_nc_and_socat_chat_in_one_room(
    program: Program, person: Callable[..., Person], room: Address
) -> None:
    busybox, socat = program("busybox"), program("socat")
    host, port = room
    with person(busybox, "nc", host, str(port)) as nora:
        nora.types("nora")
        nora.reads("* with you: nobody\n")
        with person(socat, "-", f"TCP:{host}:{port}") as ming:
            ming.types("nora")
            ming.reads("! choose another name\n")
            ming.types("小明")
            ming.reads("* with you: nora\n")
            nora.reads("* 小明 joined\n")
            ming.types("大家好")
            nora.reads("小明: 大家好\n")
            nora.types("hi, 小明")
            ming.reads("nora: hi, 小明\n")
        nora.reads("* 小明 left\n")  # it was killed


def test_a_client_on_asyncio_chats(room: Address) -> None:
    async def talk() -> list[bytes]:
        streams = [await asyncio.open_connection(*room) for _ in range(2)]
        (anna, to_anna), (ben, to_ben) = streams
        to_anna.write(b"anna\r\n")
        heard = [await anna.readline()]
        to_ben.write("本".encode() + b"\n")
        heard += [await ben.readline(), await anna.readline()]
        to_ben.write(b"one\ntwo\n")
        heard += [await anna.readline(), await anna.readline()]
        for writer in (to_anna, to_ben):
            writer.close()
            await writer.wait_closed()
        return heard

    heard = asyncio.run(asyncio.wait_for(talk(), DEADLINE_S))
    assert [line.decode() for line in heard] == [
        "* with you: nobody\n",
        "* with you: anna\n",
        "* 本 joined\n",
        "本: one\n",
        "本: two\n",
    ]


@pytest.mark.parametrize("edge", [True, False])
def test_the_echo_server_answers_nc_and_socat(ch17: Names, program: Program, edge: bool) -> None:
    busybox, socat = program("busybox"), program("socat")

    def epoll_echo(listener: socket.socket, stop: threading.Event) -> None:
        ch17["epoll_echo"](listener, stop, edge)

    data = bytes(range(256)) * 2000
    with serving(epoll_echo, "tcp") as (host, port):
        for command in ((busybox, "nc", host, str(port)), (socat, "-", f"TCP:{host}:{port}")):
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=DEADLINE_S, check=False
            )
            assert done.stdout == data
