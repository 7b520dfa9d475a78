"""Chapter 05 against programs that we did not write: socat, and nc of netcat-openbsd."""

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from netlib.deadlines import stretched
from netlib.serving import serving

pytestmark = [pytest.mark.peer, pytest.mark.chapter("ch05")]

DEADLINE_S = stretched(60)
Program = Callable[[str], str]
Names = dict[str, Any]
Person = Any  # see conftest.py
Address = tuple[str, int]


class Heard:
    """What a chat has heard."""

    def __init__(self) -> None:
        self._came, self.texts = threading.Condition(), list[str]()

    def on_message(self, text: str, address: Address) -> None:
        with self._came:
            self.texts.append(text)
            self._came.notify_all()

    def waits_for(self, text: str) -> None:
        with self._came:
            assert self._came.wait_for(lambda: text in self.texts, DEADLINE_S), self.texts


@pytest.fixture
def room(ch05: Names) -> Iterator[Address]:
    """The address of a relay that is served."""
    relay = ch05["Relay"]()
    with serving(lambda sock, stop: ch05["serve_relay"](sock, relay, stop)) as address:
        yield address


@pytest.fixture
def anna(ch05: Names, room: Address) -> Iterator[tuple[Any, Heard]]:
    """A chat that has logged in as anna, and what it hears."""
    heard = Heard()
    chat = ch05["Chat"](heard.on_message)
    with contextlib.closing(chat):
        chat.start()
        chat.send("LOGIN anna", room)
        heard.waits_for("OK")
        yield chat, heard


def joins(somebody: Person, room: Address, anna: tuple[Any, Heard]) -> None:
    """Log in, talk to anna, and be talked to."""
    chat, heard = anna
    somebody.types("LOGIN peer")
    somebody.reads("OK")
    somebody.types("TO anna hello  from a peer")
    heard.waits_for("FROM peer hello  from a peer")
    chat.send("TO peer 你好", room)
    somebody.reads("FROM anna 你好")


def test_socat_is_a_user_of_the_relay(
    program: Program, person: Callable[..., Person], room: Address, anna: tuple[Any, Heard]
) -> None:
    with person(program("socat"), "-", f"UDP4:{room[0]}:{room[1]}") as somebody:
        joins(somebody, room, anna)


def test_nc_is_a_user_of_the_relay(
    program: Program, person: Callable[..., Person], room: Address, anna: tuple[Any, Heard]
) -> None:
    nc = program("nc")
    said = subprocess.run([nc, "-h"], capture_output=True, text=True, check=False)
    if "-u" not in said.stdout + said.stderr:
        pytest.skip("this nc knows no UDP: apt-get install netcat-openbsd")
    with person(nc, "-u", room[0], str(room[1])) as somebody:
        joins(somebody, room, anna)


def test_socat_chats_with_a_chat(
    ch05: Names, program: Program, person: Callable[..., Person]
) -> None:
    heard, senders = Heard(), list[Address]()

    def on_message(text: str, address: Address) -> None:
        senders.append(address)
        heard.on_message(text, address)

    chat = ch05["Chat"](on_message)
    with (
        contextlib.closing(chat),
        person(program("socat"), "-", f"UDP4:127.0.0.1:{chat.address[1]}") as somebody,
    ):
        chat.start()
        somebody.types("你好")
        heard.waits_for("你好\n")
        chat.send("hi socat", senders[0])
        somebody.reads("hi socat")
