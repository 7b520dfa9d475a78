"""Scenes for knobs: the same positions give the same picture, and each is what TCP does."""

import itertools
import socket

import pytest

from netlib.panels import Knobs
from netlib.scenes import conversation, leave_with_reset

POSITIONS = {
    "first": ("client", "server"),
    "client": ("close", "shutdown", "reset"),
    "unread": range(6),
}


def crossed(**positions: object) -> list[str]:
    """Return the labels of what crossed, with the sender's initial."""
    events = conversation(**positions).events  # type: ignore[arg-type]
    return [f"{e.sender[0]} {e.label}" for e in events if hasattr(e, "label")]


def notes(**positions: object) -> list[str]:
    events = conversation(**positions).events  # type: ignore[arg-type]
    return [f"{e.at[0]} {e.text}" for e in events if hasattr(e, "text")]


@pytest.mark.parametrize("positions", [*itertools.product(*POSITIONS.values())])
def test_every_position_is_the_same_again(positions: tuple[str, str, int]) -> None:
    assert len({str(conversation(*positions)) for _ in range(5)}) == 1


def test_a_normal_conversation_ends_with_two_fins() -> None:
    assert crossed() == ["c SYN", "c 5 B: hello", "s 2 B: OK", "s FIN", "c FIN"]
    assert notes() == ["s recv → b'hello'", "c recv → b'OK'", "c recv → b''"]


def test_a_half_close_ends_one_direction_before_the_answer() -> None:
    half = crossed(client="shutdown")
    assert half == ["c SYN", "c 5 B: hello", "c FIN", "s 2 B: OK", "s FIN"]
    assert notes(client="shutdown")[:2] == ["s recv → b'hello'", "s recv → b''"]


@pytest.mark.parametrize("unread", range(1, 6))
@pytest.mark.parametrize("client", ["close", "shutdown"])
def test_unread_bytes_make_a_reset_of_a_close(client: str, unread: int) -> None:
    assert crossed(client=client, unread=unread)[-1] == "s RST"
    assert notes(client=client, unread=unread)[-1] == "c recv → ConnectionResetError"


def test_a_client_that_resets_gets_no_answer() -> None:
    assert crossed(client="reset") == ["c SYN", "c 5 B: hello", "c RST"]
    assert notes(client="reset")[-1] == "s send → ConnectionResetError"


def test_a_server_may_speak_first() -> None:
    assert crossed(first="server")[1] == "s 7 B: welcome"


def test_knobs_turn_it() -> None:
    with Knobs(conversation, **POSITIONS) as panel:
        assert "FIN" in panel.turn()
        assert "RST" in panel.turn(client="reset", unread=2)


@pytest.mark.parametrize("positions", [("nobody",), ("client", "dies"), ("client", "close", 6)])
def test_there_is_no_such_position(positions: tuple[str]) -> None:
    with pytest.raises(ValueError, match="expected"):
        conversation(*positions)


def test_a_client_leaves_with_a_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        leave_with_reset(listener.getsockname())
        with listener.accept()[0] as server, pytest.raises(ConnectionResetError):
            server.recv(1)
