"""Panels without a page: the functions really run, over sockets, and the widgets' callbacks too."""

import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import netlib.panels.panel as panel_module
from netlib.clock import HandClock
from netlib.deadlines import stretched
from netlib.errors import Unavailable
from netlib.faults import UDPRelay
from netlib.ladder import CHINESE, Ladder
from netlib.panels import ChatPanel, Dashboard, LiveLadder
from netlib.panels.panel import Panel
from netlib.panels.series import HISTORY
from netlib.serving import serving
from netlib.trace import Message, Note, Trace

DEADLINE_S = stretched(60)
ROOT = Path(__file__).resolve().parents[2]
WIDGET = "application/vnd.jupyter.widget-view+json"
HOSTILE = "<script>alert(1)</script>\x00\x1b[31m\u202e\n3  ben says (1 B): fake"


def eventually(panel: Panel, *expected: str) -> str:
    """Return the panel's text as soon as all that is expected stands in it."""
    end = time.monotonic() + DEADLINE_S
    while any(part not in (text := panel.text()) for part in expected):
        assert time.monotonic() < end, f"still, after {DEADLINE_S} s:\n{text}"
        threading.Event().wait(0.005)
    return text


# ---------------------------------------------------------------- the learner's functions


def send_text(host: str, port: int, text: str, charset: str = "utf-8") -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return sock.sendto(text.encode(charset), (host, port))


def recv_one(
    sock: socket.socket, timeout: float, limit: int = 65507
) -> tuple[bytes, tuple[str, int]]:
    sock.settimeout(timeout)
    return sock.recvfrom(limit)


def request(
    address: tuple[str, int], payload: bytes, timeout: float = 0.2, tries: int = 4
) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        for _ in range(tries):
            sock.sendto(payload, address)
            try:
                return sock.recvfrom(65507)[0]
            except TimeoutError:
                continue
        raise TimeoutError("nobody answers")


def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    sock.settimeout(0.05)
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        sock.sendto(data.upper(), client)
        answers += 1
    return answers


def mute_server(sock: socket.socket, stop: threading.Event) -> None:
    stop.wait()


class Chat:
    """Chapter 05's: both directions on one socket, and a thread."""

    def __init__(self, on_message: Callable[..., Any], host: str = "127.0.0.1", port: int = 0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.sock.settimeout(0.05)
        self.address = self.sock.getsockname()
        self.on_message, self.stop = on_message, threading.Event()
        self.thread = threading.Thread(target=self._receive)

    def _receive(self) -> None:
        while not self.stop.is_set():
            try:
                data, address = self.sock.recvfrom(65507)
            except TimeoutError:
                continue
            self.on_message(data.decode(errors="replace"), address)

    def start(self) -> None:
        self.thread.start()

    def send(self, text: str, address: tuple[str, int]) -> int:
        return self.sock.sendto(text.encode(), address)

    def close(self) -> None:
        self.stop.set()
        if self.thread.ident:
            self.thread.join()
        self.sock.close()


def upper_server(listener: socket.socket, stop: threading.Event) -> None:
    """Serve every client in a thread of its own, until it leaves."""

    def serve(client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            for line in lines:
                client.sendall(line.upper())

    listener.settimeout(0.05)
    threads = []
    while not stop.is_set():
        try:
            client, _ = listener.accept()
        except TimeoutError:
            continue
        threads.append(threading.Thread(target=serve, args=(client,)))
        threads[-1].start()
    for thread in threads:
        thread.join()


def chat_client(sock: socket.socket, lines: list[str]) -> list[str]:
    replies = []
    with sock.makefile("rwb") as stream:
        for line in lines:
            stream.write(line.encode() + b"\n")
            stream.flush()
            replies.append(stream.readline().decode().removesuffix("\n"))
    return replies


class Hanging:
    """A function that comes back when it is let go; or at the end of the test."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self.entered, self.released = threading.Event(), threading.Event()

    def __call__(self, *arguments: Any) -> int:
        self.entered.set()
        self.released.wait()
        return 1


@pytest.fixture
def hanging() -> Iterator[Callable[[str], Hanging]]:
    made: list[Hanging] = []

    def make(name: str) -> Hanging:
        made.append(Hanging(name))
        return made[-1]

    yield make
    for each in made:
        each.released.set()
    for thread in threading.enumerate():
        if thread.name.startswith("panel "):
            thread.join(DEADLINE_S)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A close() that waits 0.2 s for what hangs."""
    for module in ("chat", "chat_end", "dashboard"):
        monkeypatch.setattr(f"netlib.panels.{module}.SERVER_S", 0.2)
    monkeypatch.setattr("netlib.serving.SERVER_S", 0.2)


# ---------------------------------------------------------------- the chat


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Chat of anna and ben",
                r"anna 127\.0\.0\.1:\d+, ben 127\.0\.0\.1:\d+",
                r"1  anna says \(6 B\): 你好",
                r"2  ben hears \(from 127\.0\.0\.1:\d+\): 你好",
                r"Open\.",
            ],
        ),
        (
            "zh",
            [
                "聊天：anna、ben",
                r"anna 127\.0\.0\.1:\d+, ben 127\.0\.0\.1:\d+",
                r"1  anna 说（6 字节）：你好",
                r"2  ben 收到（来自 127\.0\.0\.1:\d+）：你好",
                "已打开。",
            ],
        ),
    ],
)
def test_what_one_says_the_other_hears(language: str, lines: list[str]) -> None:
    with ChatPanel(send=send_text, receive=recv_one, language=language) as chat:
        chat.say("anna", "你好")
        eventually(chat, "6 ", "127.0.0.1:", "2  ben")
        text = chat.text().splitlines()
    assert len(text) == len(lines)
    for line, pattern in zip(text, lines, strict=True):
        assert re.fullmatch(pattern, line)


def test_a_stranger_can_write_to_a_person() -> None:
    with ChatPanel(receive=recv_one) as chat:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"psst", chat.addresses["ben"])
            _, port = stranger.getsockname()
            eventually(chat, f"1  ben hears (from 127.0.0.1:{port}): psst")


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash: apt-get install bash")
def test_a_program_that_we_did_not_write_can_write_to_a_person() -> None:
    with ChatPanel(receive=recv_one) as chat:
        host, port = chat.addresses["anna"]
        subprocess.run(["bash", "-c", f"printf 你好 > /dev/udp/{host}/{port}"], check=True)
        eventually(chat, "1  anna hears (from 127.0.0.1:", "): 你好")


def test_what_is_not_given_the_panel_does_itself() -> None:
    with ChatPanel() as chat:
        chat.say("ben", "")
        port = chat.addresses["ben"][1]
        eventually(chat, "1  ben says (0 B): ", f"2  anna hears (from 127.0.0.1:{port}): ")


@pytest.mark.parametrize(
    "how",
    [
        {"server": echo_server},
        {"server": echo_server, "receive": recv_one},
        {"server": echo_server, "ask": request},
        {"server": upper_server, "kind": "tcp"},
        {"server": upper_server, "kind": "tcp", "ask": chat_client},
    ],
    ids=["udp", "receive", "ask", "tcp", "chat_client"],
)
def test_both_speak_to_a_server(how: dict[str, Any]) -> None:
    with ChatPanel(**how) as chat:
        chat.say("anna", "one")
        eventually(chat, "anna hears (from the server): ONE")
        chat.say("ben", "two")
        chat.say("ben", "three")
        text = eventually(chat, "ben hears (from the server): THREE")
    assert text.index("TWO") < text.index("THREE")
    assert "anna hears (from the server): TWO" not in text


def test_the_charset_is_an_agreement_and_broken_bytes_are_shown() -> None:
    with ChatPanel(receive=recv_one, charset="gbk") as chat:
        chat.say("anna", "你好")
        eventually(chat, "anna says (4 B): 你好", "): 你好\nOpen.")
        chat.say("anna", "🍵")
        eventually(chat, "3  anna says (sendto raised UnicodeEncodeError: 'gbk' codec")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"a\xff", chat.addresses["anna"])
            eventually(chat, ", not gbk): a\\xff")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_hostile_stays_on_its_line_and_is_no_html(language: str) -> None:
    with ChatPanel(send=send_text, receive=recv_one, language=language) as chat:
        view = chat.widget()
        chat.say("anna", HOSTILE)
        text = eventually(chat, "2  ben")
        assert [line[:3] for line in text.splitlines()[2:4]] == ["1  ", "2  "]
        assert len(text.splitlines()) == 5
        assert text.replace("\n", "").isprintable()
        assert "\\x1b[31m\\u202e\\n3  ben says" in text
        chat._view.paint()  # type: ignore[union-attr]
        shown = "".join(values(view))
    assert "<script" not in shown
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\\x00\\x1b[31m" in shown


def test_a_megabyte_is_not_shown_but_its_length_is() -> None:
    with ChatPanel(server=echo_server, ask=lambda address, payload: b"x" * 1_000_000) as chat:
        chat.say("anna", "y" * 1_000_000)
        text = eventually(chat, "anna hears")
    assert len(text) < 2000
    assert "yyy… (1,000,000 characters in all)" in text
    assert "xxx… (1,000,000 characters in all)" in text


def test_only_the_last_messages_are_kept_and_it_says_so() -> None:
    with ChatPanel(server=mute_server) as chat:
        for number in range(1, 301):
            chat.say("anna", f"message {number}.")
        text = eventually(chat, "300  anna says (12 B): message 300.")
    assert "… 200 earlier\n201  anna says" in text
    assert "message 200." not in text


def test_a_cell_waits_for_what_the_panel_shows() -> None:
    with ChatPanel(server=echo_server) as chat:
        chat.say("anna", "hello")
        assert chat.wait_for("anna hears", within=DEADLINE_S)
        assert not chat.wait_for("nobody says that", within=0)
    assert not chat.wait_for("nor when it is closed", within=DEADLINE_S)
    assert chat.wait_for("Closed.", within=0)


# ---------------------------------------------------------------- what goes wrong


def test_a_function_that_hangs_is_told_of_and_what_was_said_waits(
    hanging: Callable[[str], Hanging],
) -> None:
    clock, slow = HandClock(), hanging("send_text")
    with ChatPanel(send=slow, receive=recv_one, clock=clock) as chat:
        for text in ("one", "two", "three"):
            chat.say("anna", text)
        assert slow.entered.wait(DEADLINE_S)
        clock.advance(1.9)
        assert "No answer" not in chat.text()
        clock.advance(0.2)
        text = eventually(chat, "No answer for 2 s: send_text has not come back.")
        assert "1  anna says (being sent): one" in text
        assert "3  anna says (waiting): three" in text
        assert text.endswith("Messages that wait: 2.")
        chat.say("ben", "me too")  # another thread
        slow.released.set()
        eventually(chat, "3  anna says (1 B): three", "4  ben says (1 B): me too")
        assert "send_text has not come back" not in chat.text()


def test_a_server_that_never_answers_is_told_of() -> None:
    clock = HandClock()
    with ChatPanel(server=mute_server, clock=clock) as chat:
        chat.say("anna", "anybody?")
        eventually(chat, "1  anna says (8 B)")
        clock.advance(1.9)
        assert chat.news() == ["Open."]
        clock.advance(0.1)
        eventually(chat, "\nNo answer for 2 s: nothing has arrived since anna wrote.")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anybody:
            anybody.sendto(b"me", chat.addresses["ben"])
            eventually(chat, "ben hears", "Open.")


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"send": lambda *_: None}, "anna says (<lambda> was expected to return int; it returned"),
        ({"send": lambda *_: 10**5000}, "anna says (<lambda> raised ValueError: Exceeds the limit"),
        (
            {"receive": lambda *_: b"hi"},
            "ben: <lambda> was expected to return (bytes, (host, port)); it returned bytes",
        ),
        ({"receive": lambda *_: (b"", ("h", 10**5000))}, "ben: <lambda> was expected to return"),
        ({"server": mute_server, "ask": lambda *_: "text"}, "to return bytes; it returned str)"),
        (
            {"server": upper_server, "kind": "tcp", "ask": lambda *_: [b"x"]},
            "to return list[str]; it returned list)",
        ),
    ],
)
def test_what_is_wrongly_returned_is_told(how: dict[str, Any], sentence: str) -> None:
    with ChatPanel(**how) as chat:
        chat.say("anna", "hi")
        eventually(chat, sentence)


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("error", [NotImplementedError, SystemExit, KeyboardInterrupt, Unspeakable])
def test_whatever_is_raised_is_told_once_and_counted(error: type[BaseException]) -> None:
    def stub(*arguments: Any) -> Any:
        raise error

    with ChatPanel(send=stub, receive=stub, people=("anna", "ben")) as chat:
        chat.say("anna", "hi")
        eventually(chat, f"anna says (stub raised {error.__name__}): hi")
        text = eventually(chat, f"stub raised {error.__name__} (")  # ( times)
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_a_server_that_dies_is_told_of(kind: str) -> None:
    def dying(sock: socket.socket, stop: threading.Event) -> None:
        raise ValueError("oh <b>no")

    with ChatPanel(server=dying, kind=kind) as chat:
        eventually(chat, "the server: dying raised ValueError: oh <b>no")
    with ChatPanel(server=lambda sock, stop: None, kind=kind) as chat:
        eventually(chat, "the server: <lambda> has ended, with nobody asking it to")


def test_a_server_that_hangs_up_is_told_of() -> None:
    def rude(listener: socket.socket, stop: threading.Event) -> None:
        for _ in range(2):
            with listener.accept()[0] as client:
                client.sendall(b"go\nawa")
        stop.wait()

    with ChatPanel(server=rude, kind="tcp") as chat:
        text = eventually(chat, "anna: the server has closed", "ben: the server has closed")
    assert text.count("hears (from the server): go\n") == 2
    assert text.count("hears (from the server): awa\n") == 2  # its line has no end
    assert "times" not in text


@pytest.mark.usefixtures("impatient")
def test_what_hangs_is_left_behind_at_the_end_and_named(
    hanging: Callable[[str], Hanging],
) -> None:
    slow, stuck = hanging("send_text"), hanging("server")
    chat = ChatPanel(server=stuck, ask=slow)
    chat.say("anna", "one")
    chat.say("anna", "two")
    assert slow.entered.wait(DEADLINE_S)
    chat.close()
    text = chat.text()
    assert "1  anna says (being sent): one" in text
    assert "2  anna says (not sent): two" in text
    assert "send_text does not come back: its thread stays until the kernel is restarted." in text
    assert "expected server to return within 0.2 s of stop.set()" in text
    stuck.released.set()
    for thread in threading.enumerate():
        if thread.name.startswith("serving "):
            thread.join(DEADLINE_S)


def test_a_wait_without_a_timeout_ends_with_the_panel() -> None:
    with ChatPanel(receive=lambda sock, timeout: (sock.settimeout(None), sock.recvfrom(9))[1]):
        pass  # the fixture looks for threads


def test_after_the_end_nothing_is_sent_and_closing_again_is_harmless() -> None:
    chat = ChatPanel()
    chat.close()
    chat.close()
    chat.say("anna", "too late")
    assert "1  anna says (not sent): too late" in chat.text()
    assert chat.text().endswith("Closed.")


def test_an_interrupt_while_closing_gives_the_sockets_back(monkeypatch: pytest.MonkeyPatch) -> None:
    chat = ChatPanel(server=echo_server)
    threads = [each._thread for each in chat._workers]

    def interrupted(*arguments: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("netlib.panels.worker.Worker.ended", interrupted)
    with pytest.raises(KeyboardInterrupt):
        chat.close()
    for thread in threads:
        thread.join(DEADLINE_S)
    for address in chat.addresses.values():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(address)  # which is free


# ---------------------------------------------------------------- objects that chat


def test_two_objects_chat_and_hear_strangers() -> None:
    with ChatPanel(chat=Chat) as chat:
        chat.say("anna", "你好")
        chat.say("ben", "hi anna")
        shown = eventually(chat, "ben hears", "anna hears")
        assert "anna says (6 B): 你好" in shown
        assert f"(from 127.0.0.1:{chat.addresses['ben'][1]}): hi anna" in shown
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(b"\xff who am I?", chat.addresses["ben"])
        eventually(chat, "\ufffd who am I?")
    for address in chat.addresses.values():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(address)  # which is free
    assert chat.text().endswith("Closed.")


def test_objects_chat_through_a_server() -> None:
    with ChatPanel(chat=Chat, server=echo_server) as chat:
        chat.say("ben", "hello")
        assert "ben hears (from the server): HELLO" in eventually(chat, "ben hears")


@pytest.mark.parametrize("how", [{}, {"chat": Chat}])
def test_one_person_writes_to_an_address_or_to_a_server(how: dict[str, Any]) -> None:
    with ChatPanel(server=echo_server, people=("anna",), **how) as anna:
        assert anna.server_address is not None
        with ChatPanel(to=anna.server_address, people=("ben",), **how) as ben:
            anna.say("anna", "one")
            ben.say("ben", "two")
            eventually(anna, "anna hears (from the server): ONE")
            assert "TWO" in eventually(ben, "ben hears")
            assert "TWO" not in anna.text()


def test_what_an_object_does_wrong_is_told() -> None:
    class Mute(Chat):
        def send(self, text: str, address: tuple[str, int]) -> int:
            return "sent"  # type: ignore[return-value]

    class Bytes(Chat):
        def _receive(self) -> None:
            self.on_message(b"raw", self.address)

    with ChatPanel(chat=Mute) as chat:
        chat.say("anna", "x")
        eventually(chat, "Mute.send was expected to return int; it returned str")
    with ChatPanel(chat=Bytes) as chat:
        eventually(chat, "on_message should be told text and (host, port); got bytes, tuple")


@pytest.mark.usefixtures("impatient")
def test_an_object_that_does_not_close_is_named(hanging: Callable[[str], Hanging]) -> None:
    class Stuck(Chat):
        close = hanging("close").__call__  # type: ignore[assignment]

    chat = ChatPanel(chat=Stuck)
    made = [end.close.__self__ for end in chat._ends.values()]  # type: ignore[attr-defined]
    chat.close()
    assert "Stuck.close does not come back" in chat.text()
    for person in made:
        Chat.close(person._chat)


def test_an_object_that_cannot_start_leaves_nothing() -> None:
    made: list[Chat] = []

    class Unwritten(Chat):
        def start(self) -> None:
            made.append(self)
            raise NotImplementedError

    with pytest.raises(NotImplementedError):
        ChatPanel(chat=Unwritten)
    assert [each.sock.fileno() for each in made] == [-1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"people": ("anna",)}, "expected a server, or to=address, for one person"),
        ({"people": ()}, "expected two different names that can be printed; got ()"),
        ({"chat": Chat, "send": send_text}, "expected chat alone"),
        ({"to": ("127.0.0.1", 9), "server": echo_server}, "expected a server or to=address"),
        ({"language": "fr"}, 'expected language to be "en" or "zh"; got \'fr\''),
        (
            {"people": ("a", "a")},
            "expected two different names that can be printed; got ('a', 'a')",
        ),
        ({"people": ("a", "b\n")}, "expected two different names that can be printed; got"),
        ({"ask": request}, "expected a server to go with ask or with TCP; got none"),
        ({"kind": "tcp"}, "expected a server to go with ask or with TCP; got none"),
        ({"send": send_text, "server": echo_server}, "expected send or a server, not both"),
        (
            {"server": echo_server, "ask": request, "receive": recv_one},
            "expected receive to go with UDP and without ask: it would not be called",
        ),
        ({"server": echo_server, "kind": "sctp"}, 'serving() expected kind to be "udp" or "tcp"'),
        ({"patience_s": 0}, "expected patience_s to be a number of seconds above 0; got 0"),
    ],
)
def test_wrong_arguments_are_said_and_leave_nothing(
    arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        ChatPanel(**arguments)


def test_an_unknown_charset_or_person_is_an_error_at_once() -> None:
    with pytest.raises(LookupError, match="unknown encoding: klingon"):
        ChatPanel(charset="klingon")
    with (
        ChatPanel() as chat,
        pytest.raises(ValueError, match="^expected one of anna, ben; got 'c'"),
    ):
        chat.say("c", "hi")


# ---------------------------------------------------------------- its widgets


def every(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def values(widget: Any) -> list[str]:
    import ipywidgets

    return [each.value for each in every(widget) if isinstance(each, ipywidgets.HTML)]


def press(field: Any) -> None:
    """Enter, as the browser tells of it."""
    field.text._handle_custom_msg({"event": "submit"}, [])


def fill(field: Any, text: str) -> None:
    """What the field holds, as the browser tells of it."""
    field.text.set_state({"value": text})


@pytest.fixture
def by_hand() -> Iterator[tuple[ChatPanel, HandClock, Any]]:
    clock = HandClock()
    with ChatPanel(server=mute_server, clock=clock) as chat:
        chat.widget()
        yield chat, clock, chat._view.fields["anna"]  # type: ignore[union-attr]


def said(chat: ChatPanel) -> list[str]:
    return [entry.text for entry in chat.log.entries]


def test_enter_before_the_value_and_the_value_before_enter_both_send_once(
    by_hand: tuple[ChatPanel, HandClock, Any],
) -> None:
    chat, clock, field = by_hand
    press(field)
    fill(field, "first")
    assert said(chat) == ["first"]
    assert field.text.value == ""
    fill(field, "second")
    press(field)
    assert said(chat) == ["first"]
    clock.advance(0.3)
    eventually(chat, "second")
    clock.advance(1)
    assert said(chat) == ["first", "second"]


def test_leaving_the_field_sends_nothing_and_its_text_stays(
    by_hand: tuple[ChatPanel, HandClock, Any],
) -> None:
    chat, clock, field = by_hand
    fill(field, "a dra")
    clock.advance(5)
    fill(field, "a draft")
    assert said(chat) == []
    press(field)  # and then it was edited:
    fill(field, "a draft, finished")
    assert said(chat) == ["a draft, finished"]


def test_the_button_sends_even_nothing_but_enter_does_not(
    by_hand: tuple[ChatPanel, HandClock, Any],
) -> None:
    chat, clock, field = by_hand
    press(field)
    clock.advance(1)
    fill(field, "left behind")
    assert said(chat) == []
    field.button.click()
    clock.advance(0.3)
    eventually(chat, "left behind")
    field.button.click()
    clock.advance(0.3)
    eventually(chat, "2  anna says (0 B): ")


def test_the_widgets_show_what_the_text_says() -> None:
    with ChatPanel(server=echo_server) as chat:
        box = chat.widget()
        assert chat.widget() is box
        chat.say("anna", "hi & bye")
        eventually(chat, "HI & BYE")
        chat._view.paint()  # type: ignore[union-attr]
        anna, ben, news = values(box)[1], values(box)[3], values(box)[4]
        assert "anna says (8 B)" in anna
        assert "<bdi>HI &amp; BYE</bdi>" in anna
        assert "BYE" not in ben
        assert "Open." in news


def test_the_bundle_has_widgets_and_the_whole_text_and_later_only_text() -> None:
    with ChatPanel() as chat:
        bundle = chat._repr_mimebundle_()
        assert bundle["text/plain"] == str(chat) == chat.text()
        assert bundle[WIDGET]["model_id"] == chat.widget().model_id
    assert set(chat._repr_mimebundle_()) == {"text/plain"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_ipywidgets_there_is_still_the_text(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with ChatPanel(language=language) as chat:
        bundle = chat._repr_mimebundle_()
        with pytest.raises(Unavailable, match="pip install ipywidgets$"):
            chat.widget()
    assert set(bundle) == {"text/plain"}
    assert "pip install ipywidgets" in bundle["text/plain"]


def test_the_package_is_imported_without_ipywidgets() -> None:
    found = "import sys, netlib.panels; print(*({'ipywidgets', 'IPython'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", found], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "\n"


def test_closing_replaces_what_is_shown_by_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython.display

    class Place:
        held: Any = None

        def update(self, bundle: Any, raw: bool) -> None:
            self.held = bundle

    place = Place()
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw, display_id: place)
    with ChatPanel(server=echo_server) as chat:
        chat._ipython_display_()
        chat.say("anna", "hi")
        eventually(chat, "HI")
        box = chat.widget()
    assert place.held == {"text/plain": chat.text()}
    assert place.held["text/plain"].endswith("Closed.")
    assert box.comm is None


def test_a_cell_that_runs_again_closes_what_it_made_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(cell: str, time: str) -> ChatPanel:
        monkeypatch.setattr(panel_module, "_running_cell", lambda: (cell, time))
        return ChatPanel()

    first, same_run, other = run("a", "1"), run("a", "1"), run("b", "2")
    again = run("a", "3")
    closed = [each.text().endswith("Closed.") for each in (first, same_run, other, again)]
    assert closed == [True, True, False, False]
    other.close()
    again.close()


@pytest.mark.parametrize(
    "made", ["ChatPanel(server=echo)", "Dashboard(dict)", "LiveLadder(Trace())"]
)
def test_the_end_of_the_process_leaves_nothing_open(made: str) -> None:
    program = f"""
from netlib.panels import ChatPanel, Dashboard, LiveLadder
from netlib.trace import Trace
def echo(sock, stop): stop.wait()
panel = {made}
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=stretched(60),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# ---------------------------------------------------------------- the dashboard


def test_a_dashboard_shows_numbers_rates_and_history() -> None:
    clock, taken = HandClock(), iter([(3, 0), (5, 100), (0, 50), (1, 50)])

    def relay() -> dict[str, float]:
        connections, messages = next(taken)
        return {"connections": connections, "messages": messages, "<b>": 0.125}

    with Dashboard(relay, 0.5, rates=["messages"], title="A relay", clock=clock) as board:
        for count in range(1, 5):
            eventually(board, f"Samples: {count},")
            if count < 4:
                clock.advance(0.5)
        assert board.text().splitlines() == [
            "A relay",
            "               now  least   most  history",
            "connections      1      0      5  ▅█▁▂",
            "messages/s       0      0    200  █▁▁",
            "<b>          0.125  0.125  0.125  ████",
            "Samples: 4, one every 0.5 s.",
        ]


def test_a_dashboard_of_a_relay_counts_what_crosses() -> None:
    with serving(echo_server) as address:
        relay = UDPRelay(address)
        with relay as front, Dashboard(lambda: {"datagrams": len(relay.trace)}, 0.01) as board:
            assert request(front, b"hi") == b"HI"
            eventually(board, "datagrams    2")


def test_a_sample_that_hangs_is_told_of_and_later_numbers_are_shown(
    hanging: Callable[[str], Hanging],
) -> None:
    clock, slow = HandClock(), hanging("sample")
    with Dashboard(lambda: {"calls": slow()}, clock=clock) as board:
        assert slow.entered.wait(DEADLINE_S)
        assert board.text() == "Dashboard\nNo numbers yet."
        clock.advance(2)
        eventually(board, "No answer for 2 s: <lambda> has not come back.")
        slow.released.set()
        eventually(board, "calls    1", "Samples: 1,")


@pytest.mark.usefixtures("impatient")
def test_a_sample_that_never_comes_back_is_left_behind(hanging: Callable[[str], Hanging]) -> None:
    slow = hanging("sample")
    board = Dashboard(slow, language="zh")  # type: ignore[arg-type]
    assert slow.entered.wait(DEADLINE_S)
    board.close()
    assert board.text() == "仪表盘\n已关闭。\nsample 一直不返回：它的线程会留到内核重启为止。"


@pytest.mark.parametrize(
    ("sample", "sentence"),
    [
        (None, "take was expected to return a dict of finite numbers; it returned NoneType"),
        ({"x": "1"}, "finite numbers; it returned str (x)"),
        ({"x": float("nan")}, "finite numbers; it returned float (x)"),
        ({"x\n\x1b[m": float("inf")}, "finite numbers; it returned float (x\\n\\x1b[m)"),
        ({"x": 10**400}, "take raised OverflowError: int too large to convert to float"),
        (ValueError("<b>"), "take raised ValueError: <b>"),
        (SystemExit(), "take raised SystemExit"),
    ],
)
def test_a_sample_that_is_none_is_told_and_the_next_is_shown(sample: Any, sentence: str) -> None:
    clock, samples = HandClock(), iter([sample, {"x": 1}])

    def take() -> dict[str, float]:
        taken = next(samples)
        if isinstance(taken, BaseException):
            raise taken
        return taken  # type: ignore[no-any-return]

    with Dashboard(take, clock=clock) as board:
        eventually(board, sentence)
        assert board.text().isprintable() or board.text().count("\n") == 1
        clock.advance(0.5)
        assert sentence not in eventually(board, "Samples: 1,")


def test_rows_that_go_are_gone_and_too_many_are_counted() -> None:
    clock = HandClock()
    samples = iter([{"a": 1, "b": 2}, {"b": 3}, {f"peer {n}": n for n in range(100)}])
    with Dashboard(lambda: next(samples), clock=clock) as board:
        eventually(board, "Samples: 1,", "a    1")
        clock.advance(0.5)
        assert "a    1" not in eventually(board, "Samples: 2,")
        clock.advance(0.5)
        text = eventually(board, "Samples: 3,", "peer 19 ", "… 80 more")
        assert "peer 20" not in text
        board.widget()
        assert "… 80 more" in "".join(values(board.widget()))


def test_the_history_is_bounded_and_no_line_is_wider_than_a_page() -> None:
    clock, samples = HandClock(), iter(range(60))
    with Dashboard(
        lambda: {"n" * 1000: -(10.0 ** next(samples))}, 0.5, clock=clock, language="zh"
    ) as board:
        for count in range(1, 60):
            eventually(board, f"已采样 {count} 次")
            clock.advance(0.5)
        eventually(board, "已采样 60 次")
        [row] = board.rows()
        assert len(row.values) == HISTORY
        assert max(map(len, board.text().splitlines())) <= 78


def test_names_of_a_dashboard_are_no_html_and_its_pictures_have_words() -> None:
    with Dashboard(lambda: {"<script>": 5}, clock=HandClock(), title="<i>") as board:
        box = board.widget()
        eventually(board, "Samples: 1,")
        board._view.paint()  # type: ignore[union-attr]
        shown = "".join(values(box))
    assert "<script" not in shown
    assert "<i>" not in shown
    assert '<img alt="5" src="data:image/svg+xml;base64,' in shown


@pytest.mark.parametrize("every_s", [0, -1, float("nan"), float("inf")])
def test_a_dashboard_needs_a_time_above_zero(every_s: float) -> None:
    with pytest.raises(ValueError, match="^expected every to be a number of seconds above 0; got"):
        Dashboard(dict, every_s)


def test_a_dashboard_needs_a_function() -> None:
    with pytest.raises(TypeError, match=r"^Dashboard\(\) expected a function; got dict$"):
        Dashboard({"x": 1})  # type: ignore[arg-type]


def test_a_flood_does_not_flood_the_page() -> None:
    painted = 0
    with ChatPanel(receive=lambda *_: (b"x", ("127.0.0.1", 9))) as chat:
        chat.widget()
        view: Any = chat._view
        paint = view.paint

        def counted() -> Any:
            nonlocal painted
            painted += 1
            return paint()

        view.paint = counted
        eventually(chat, "1000  ")
        assert painted < 200


# ---------------------------------------------------------------- the live ladder


def rrq(receiver: str = "server", label: str = "RRQ a.txt") -> Message:
    return Message("you", receiver, label, b"\0\x01a.txt\0octet\0")


def drawn(panel: LiveLadder) -> str:
    """Return the picture as the page has it."""
    return str(panel.widget().children[0].value)


def eventually_drawn(panel: LiveLadder, *expected: str) -> None:
    end = time.monotonic() + DEADLINE_S
    while any(part not in drawn(panel) for part in expected):
        assert time.monotonic() < end, drawn(panel)
        threading.Event().wait(0.005)


def test_a_live_ladder_grows_with_its_trace() -> None:
    clock, trace = HandClock(), Trace()
    with LiveLadder(trace, ["you", "server"], 0.1, title="A download", clock=clock) as panel:
        assert "RRQ" not in drawn(panel)
        for number in range(3):
            trace.record(rrq(label=f"DATA {number}"))
            clock.advance(10)
            expected = Ladder(list(trace), ["you", "server"], title="A download")
            assert eventually(panel, f"DATA {number}") == str(expected)
            eventually_drawn(panel, f"DATA {number}")
            assert drawn(panel) == expected._repr_mimebundle_()["text/html"]


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Callable[[LiveLadder], None]:
    """Return a function that lets a panel look and paint once more."""
    done = threading.Semaphore(0)
    advance = LiveLadder._advance

    def counted(panel: LiveLadder) -> float:
        done.release()
        return advance(panel)

    def once_more(panel: LiveLadder) -> None:
        while done.acquire(blocking=False):
            pass
        for _ in range(2):  # the second begins when the first has been painted
            panel.look_again()
            assert done.acquire(timeout=DEADLINE_S)

    monkeypatch.setattr(LiveLadder, "_advance", counted)
    return once_more


def test_it_draws_only_what_has_changed(
    monkeypatch: pytest.MonkeyPatch, rounds: Callable[[LiveLadder], None]
) -> None:
    count = 0

    def svg(ladder: Ladder) -> str:
        nonlocal count
        count += 1
        return f"<svg>{count}</svg>"

    monkeypatch.setattr(Ladder, "svg", svg)
    clock, trace = HandClock(), Trace([rrq()])
    with LiveLadder(trace, clock=clock) as panel:
        panel.widget()
        before = count
        for _ in range(3):
            clock.advance(10)
            rounds(panel)
        assert count == before
        trace.record(rrq(label="again"))
        clock.advance(10)
        rounds(panel)
        assert count == before + 1


def test_a_message_whose_fate_is_known_later_is_drawn_again() -> None:
    clock, trace = HandClock(), Trace([rrq()])
    with LiveLadder(trace, clock=clock) as panel:
        eventually_drawn(panel, "RRQ")
        trace.amend(0, fate="lost")
        clock.advance(10)
        eventually_drawn(panel, "(lost)")


def test_drawing_takes_a_fifth_of_the_time_at_most(rounds: Callable[[LiveLadder], None]) -> None:
    clock, trace = HandClock(), Trace([rrq()])
    with LiveLadder(trace, every=0.1, clock=clock) as panel:
        rounds(panel)
        panel.rest(1.0)  # so long has it taken
        trace.record(rrq(label="later"))
        clock.advance(3.5)
        rounds(panel)
        assert "later" not in panel.text()
        clock.advance(0.6)
        eventually(panel, "later")


def test_it_tells_how_long_the_drawing_took(monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[float] = []
    monkeypatch.setattr(LiveLadder, "rest", lambda panel, drawn_s: took.append(drawn_s))
    with LiveLadder(Trace([rrq()]), clock=HandClock()) as panel:
        panel.widget()
    assert len(took) == 1
    assert 0 < took[0] < DEADLINE_S


def test_closing_shows_all_that_came_and_stays_so() -> None:
    trace = Trace()
    with LiveLadder(trace, clock=HandClock()) as panel:
        assert panel.text() == "No messages yet."
        trace.record(rrq())
    expected = Ladder(list(trace))._repr_mimebundle_()
    assert panel._repr_mimebundle_() == expected
    assert panel.text() == str(panel) == expected["text/plain"]
    trace.record(rrq(label="too late"))
    assert "too late" not in str(panel)


def test_closing_leaves_picture_and_text_in_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    bundles: list[dict[str, str]] = []

    class Place:
        def update(self, bundle: dict[str, str], raw: bool) -> None:
            assert raw
            bundles.append(bundle)

    monkeypatch.setattr("IPython.display.display", lambda *_, **__: Place())
    trace = Trace([rrq()])
    with LiveLadder(trace, clock=HandClock()) as panel:
        panel._ipython_display_()
        trace.record(rrq(label="ACK 1"))
    assert bundles == [Ladder(list(trace))._repr_mimebundle_()]


def test_a_download_through_a_relay_is_drawn() -> None:
    with serving(echo_server) as address:
        relay = UDPRelay(address)
        with relay as front, LiveLadder(relay.trace, ("client", "server"), 0.01) as panel:
            assert request(front, b"hi") == b"HI"
            eventually(panel, "2 B: hi", "2 B: HI")


def test_who_has_no_column_gets_one_and_too_many_are_said() -> None:
    clock, trace = HandClock(), Trace([rrq("stranger")])
    with LiveLadder(trace, ["you", "server"], clock=clock) as panel:
        [header, *_] = panel.text().splitlines()
        assert header.split() == ["you", "server", "stranger"]
        for number in range(4):
            trace.record(rrq(f"s{number}"))
        clock.advance(10)
        sentence = eventually(panel, "expected 2 to 6 different endpoints")
        assert sentence.endswith("; got you, server, stranger, s0, s1, s2, s3")
        eventually_drawn(panel, f"<p>{sentence}</p>")
    assert panel._repr_mimebundle_() == {"text/plain": sentence}


def test_names_and_labels_of_a_live_ladder_are_no_html() -> None:
    trace = Trace([rrq(HOSTILE, HOSTILE), Note(HOSTILE, HOSTILE)])
    with LiveLadder(trace, title=HOSTILE, clock=HandClock()) as panel:
        assert "<script" not in drawn(panel)
        assert all(line.isprintable() for line in panel.text().splitlines())


def test_a_live_ladder_speaks_chinese() -> None:
    with LiveLadder(Trace(), language="zh", clock=HandClock()) as panel:
        assert panel.text() == "还没有消息。"
        assert panel.widget().children[1].description == "关闭"
    trace = Trace([Message("你", "服务器", "RRQ", fate="lost")])
    with LiveLadder(trace, language="zh", clock=HandClock()) as panel:
        assert panel.text() == str(Ladder(list(trace), words=CHINESE))


def test_its_button_closes_it() -> None:
    panel = LiveLadder(Trace([rrq()]), clock=HandClock())
    panel.widget().children[1].click()
    assert panel._closing.wait(DEADLINE_S)
    panel._painter.join(DEADLINE_S)
    end = time.monotonic() + DEADLINE_S
    while threading.active_count() > 1:
        assert time.monotonic() < end


def test_a_full_trace_is_drawn_soon_and_in_few_rows() -> None:
    trace = Trace(rrq(label=f"DATA {number}") for number in range(10_000))
    with LiveLadder(trace, rows=9) as panel:
        began = time.monotonic()
        drawn(panel)
        assert time.monotonic() - began < DEADLINE_S / 2
        assert len(panel.text().splitlines()) <= 11


@pytest.mark.parametrize(
    ("arguments", "error", "complaint"),
    [
        (([],), TypeError, "LiveLadder() expected a Trace; got list"),
        ((Trace(), (), 0), ValueError, "expected every to be a number of seconds above 0; got 0"),
        (
            (Trace(), (), float("nan")),
            ValueError,
            "expected every to be a number of seconds above 0; got nan",
        ),
        ((Trace(), ["you"]), ValueError, "expected 2 to 6 different endpoints; got you"),
    ],
)
def test_what_cannot_be_a_live_ladder_is_said_at_once(
    arguments: tuple[Any, ...], error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(complaint)}$"):
        LiveLadder(*arguments)


def test_too_few_rows_are_said_at_once() -> None:
    with pytest.raises(ValueError, match="^expected rows to be 3 or more"):
        LiveLadder(Trace(), ("a", "b"), rows=2)
