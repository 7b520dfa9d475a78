"""A room of four people beside the notebook, one of whom does not read."""

import socket
import threading

import pytest

from netlib.oldnotes.room import chat_room
from netlib.panels import ChatPanel


def greeting_room(listener: socket.socket, stop: threading.Event) -> None:
    """A room that answers whoever comes, then forwards; good enough for people who behave."""
    listener.settimeout(0.05)
    people: list[socket.socket] = []
    lines: list[threading.Thread] = []

    def serve(sock: socket.socket) -> None:
        with sock.makefile("rb") as file:
            name = file.readline().strip()
            sock.sendall(b"* welcome " + name + b"\n")
            for line in file:
                for other in people:
                    if other is not sock:
                        other.sendall(name + b": " + line)

    while not stop.is_set():
        try:
            sock, _ = listener.accept()
        except TimeoutError:
            continue
        sock.settimeout(None)
        people.append(sock)
        lines.append(threading.Thread(target=serve, args=(sock,)))
        lines[-1].start()
    for sock in people:
        sock.shutdown(socket.SHUT_RDWR)
    for line in lines:
        line.join()
    for sock in people:
        sock.close()


def test_four_people_introduce_themselves_and_hear_each_other() -> None:
    people = ("anna", "ben", "carl", "dora")
    with ChatPanel(
        server=greeting_room, kind="tcp", people=people, introduce=True, language="en"
    ) as room:
        for who in people:
            assert room.wait_for(f"{who} hears (from the server): * welcome {who}")
        room.say("dora", "hi")
        for who in people[:3]:
            assert room.wait_for(f"{who} hears (from the server): dora: hi")
        assert room.title() == "Chat of anna and ben and carl and dora"


def test_who_sleeps_hears_nothing_until_they_wake() -> None:
    with ChatPanel(
        server=chat_room, kind="tcp", people=("anna", "ben", "carl"), language="en"
    ) as room:
        box = room._make_view().boxes["carl"]  # type: ignore[attr-defined]
        box.value = True
        room.say("anna", "awake?")
        assert room.wait_for("ben hears (from the server): awake?")
        assert "carl hears" not in room.text()
        box.value = False
        assert room.wait_for("carl hears (from the server): awake?")


def test_only_a_room_has_boxes() -> None:
    with ChatPanel(server=chat_room, kind="tcp") as two:
        assert not two.can_sleep
        assert two._make_view().boxes == {}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"kind": "tcp", "people": tuple("abcde")}, "expected up to four different names"),
        ({"kind": "udp", "people": tuple("abc")}, "expected two different names"),
    ],
)
def test_who_is_too_many(how: dict[str, object], error: str) -> None:
    with pytest.raises(ValueError, match=error):
        ChatPanel(server=chat_room, **how)  # type: ignore[arg-type]
