"""A server in one thread and its four clients, without a page: what is seen of its rounds."""

import select
import socket
import threading
from collections.abc import Iterator

import pytest

from netlib import language
from netlib.clock import HandClock
from netlib.deadlines import stretched
from netlib.panels import SelectPanel
from netlib.panels.spied import REAL, telling

DEADLINE_S = stretched(60)


def naive(listener: socket.socket, stop: threading.Event) -> None:
    """Serve all; wait for whoever does not read."""
    socks = [listener]
    try:
        while not stop.is_set():
            for sock in select.select(socks, [], [], 0.05)[0]:
                if sock is listener:
                    socks.append(sock.accept()[0])
                elif data := sock.recv(65536):
                    sock.sendall(data)
                else:
                    socks.remove(sock)
                    sock.close()
    finally:
        for sock in socks[1:]:
            sock.close()


def owing(listener: socket.socket, stop: threading.Event) -> None:
    """Serve one client; ask to write only while something is owed."""
    with listener.accept()[0] as sock:
        owed = b""
        while not stop.is_set():
            asked = ([], [sock]) if owed else ([sock], [])
            readable, writable, _ = select.select(*asked, [], 0.05)
            if writable:
                owed = owed[sock.send(owed) :]
            if readable:
                owed = sock.recv(65536)


@pytest.fixture
def panel() -> Iterator[SelectPanel]:
    with SelectPanel(naive, language="en") as made:
        made.settled()
        yield made


def row(text: str, name: str) -> str:
    [found] = [line for line in text.splitlines() if line.startswith(name)]
    return " ".join(found.split())


def test_a_line_is_asked_for_answered_and_given_back(panel: SelectPanel) -> None:
    assert row(panel.text(), "listener") == "listener read read"
    text = panel.does("anna", "a line")
    assert row(text, "anna") == "anna read read 0 sent 3 B, read 0 B"
    assert row(text, "ben") == "ben read - 0 sent 0 B, read 0 B"
    assert row(panel.does("anna", "read all"), "anna").endswith("sent 3 B, read 3 B")


def test_rounds_are_counted_and_those_with_an_answer() -> None:
    with SelectPanel(owing, language="en") as panel:
        panel.settled()
        before = panel._seen.answers
        panel.does("anna", "a line")
        assert panel._seen.answers - before == 2  # one to read, one to write
        assert panel._seen.rounds >= 2


def test_a_server_for_which_something_is_always_ready_is_not_waited_for() -> None:
    def asks_to_write(listener: socket.socket, stop: threading.Event) -> None:
        with listener.accept()[0] as sock:
            while not stop.is_set():
                select.select([sock], [sock], [], 0.1)

    with SelectPanel(asks_to_write, language="en") as panel:
        text = panel.settled()
        assert row(panel.settled(), "anna").startswith("anna read, write write 0")
    assert "No round" not in text


def test_who_does_not_read_stops_the_server_and_the_panel_says_so() -> None:
    clock = HandClock()
    with SelectPanel(naive, language="en", clock=clock) as panel:
        panel.settled()
        before = -1
        while panel.clients["carl"].sent > before or not stands(panel):
            before = panel.clients["carl"].sent
            panel.put("carl", "64 kB")
        clock.advance(2.1)
        text = panel.does("dora", "a line")
        assert text.splitlines()[-1] == "No round for 2.1 s."
        assert row(text, "carl").split()[3] != "0"  # it has taken them, and cannot give them
        while panel.clients["dora"].read < 3:
            panel.put("carl", "read all")
            panel.put("dora", "read all")
        assert "No round" not in panel.settled()


def stands(panel: SelectPanel) -> bool:
    """Tell whether the server is elsewhere than in select for a while."""
    return not any(panel._seen.waits for _ in range(20) if not threading.Event().wait(0.005))


def test_an_end_and_a_reset_are_shown(panel: SelectPanel) -> None:
    text = panel.does("ben", "finish")
    assert row(text, "ben") == "ben - read 0 sent 0 B, read 0 B, has finished"
    assert row(panel.does("ben", "read all"), "ben").endswith("has finished, has read the end")
    text = panel.does("anna", "reset")
    assert row(text, "anna").endswith("is gone")
    assert "naive raised ConnectionResetError" in text


def test_who_is_gone_connects_anew_to_speak() -> None:
    with SelectPanel(naive, language="en") as panel:
        panel.settled()
        panel.does("ben", "finish")
        panel.does("ben", "read all")
        assert row(panel.does("ben", "a line"), "ben").endswith("sent 3 B, read 0 B")


def test_a_server_that_waits_otherwise_is_said_to_be_unseen() -> None:
    def polls(listener: socket.socket, stop: threading.Event) -> None:
        stop.wait(DEADLINE_S)

    clock = HandClock()
    with SelectPanel(polls, language="en", clock=clock) as panel:
        assert panel.news() == []
        clock.advance(2.5)
        assert panel.news() == [
            "No round of polls is seen: it has not called select.select of the module select."
        ]


def test_one_that_ends_by_itself_is_told() -> None:
    with SelectPanel(lambda listener, stop: None, language="en") as panel:
        assert panel.wait_for("has ended, with nobody asking it to", DEADLINE_S)


def test_the_words_are_the_readers() -> None:
    language.use("zh")
    with SelectPanel(naive) as panel:
        text = panel.does("anna", "a line")
    assert "欠的字节" in text
    assert row(text, "anna") == "anna 读 读 0 已发 3 B，已读 0 B"


@pytest.mark.parametrize(("who", "action"), [("emma", "a line"), ("anna", "sing")])
def test_no_such_client_or_action(panel: SelectPanel, who: str, action: str) -> None:
    with pytest.raises(ValueError, match="got"):
        panel.put(who, action)


def test_widgets_press_the_same_buttons_and_the_table_follows() -> None:
    pytest.importorskip("ipywidgets")
    with SelectPanel(naive, language="en") as panel:
        rows = panel.widget().children[:4]
        assert [button.description for button in rows[0].children[1:]] == [
            *("a line", "64 kB", "read all", "finish", "reset")
        ]
        panel.settled()  # all four were accepted
        rows[1].children[1].click()
        panel.settled()
        panel._view.paint()  # type: ignore[union-attr]
        assert "<td>ben</td><td>read</td><td>read</td>" in panel.widget().children[4].value
    kept = panel._repr_mimebundle_()  # as it stood before its clients were closed
    assert "<td>sent 3 B, read 0 B</td>" in kept["text/html"]
    assert row(str(panel), "ben") == "ben read read 0 sent 3 B, read 0 B"


def test_closing_ends_a_server_that_stands_still_and_gives_select_back() -> None:
    panel = SelectPanel(naive, language="en")
    panel.settled()
    for _ in range(200):
        panel.put("carl", "64 kB")
    panel.close()
    assert select.select is REAL
    assert not [each for each in threading.enumerate() if each.name == "serving naive"]


def test_only_the_thread_that_asked_for_it_is_told() -> None:
    told: list[object] = []
    with telling(lambda *asked: told.append(asked), lambda *answered: told.append(answered)):
        other = threading.Thread(target=select.select, args=([], [], [], 0))
        other.start()
        other.join()
        assert told == []
        assert select.select([], [], [], 0) == ([], [], [])
    assert told == [([], []), ([], [])]
    assert select.select is REAL
