"""The live panels where they live: a kernel of JupyterLab, widgets in Chromium, and what is kept.

The functions are the reference solutions of chapter 04, and some that hang.
"""

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from netlib.panels import ChatPanel

CHAPTER = "ch04_udp"  # the name under which the fixtures open a notebook

WORDS = {
    "en": {
        "hint": "write, then Enter",
        "send": "Send",
        "close": "Close",
        "says": "anna says (5 B)",
        "hears": "ben hears (from 127.0.0.1:",
        "silent": "No answer for 2 s: nothing has arrived since anna wrote.",
        "late": "No answer for 2 s: hangs has not come back.",
        "waiting": "Messages that wait: 1.",
        "closed": "Closed.",
        "abandoned": "stays until the kernel is restarted",
    },
    "zh": {
        "hint": "输入后按回车",
        "send": "发送",
        "close": "关闭",
        "says": "anna 说（5 字节）",
        "hears": "ben 收到（来自 127.0.0.1:",
        "silent": "2 秒没有应答：anna 发出消息之后，什么也没有收到。",
        "late": "2 秒没有应答：hangs 一直没有返回。",
        "waiting": "还有 1 条消息在等待。",
        "closed": "已关闭。",
        "abandoned": "会留到内核重启为止",
    },
}
HOSTILE = "<img src=x onerror=document.title='hacked'>\u202e"
CELLS = {
    "setup": """
import socket, threading
from netlib.panels import ChatPanel, Dashboard
Address = tuple[str, int]
class Truncated(ValueError): ...
{send_text}
{recv_one}
def mute(sock, stop):
    stop.wait()
def hangs(host, port, text, charset):
    threading.Event().wait()
numbers = iter(range(10_000))
def sample():
    n = next(numbers)
    return {{"connections": n % 5, "messages": 20 * n, "<b>queue</b>": n % 3 / 2}}
def stuck():
    threading.Event().wait()
""",
    "chat": 'chat = ChatPanel(send=send_text, receive=recv_one, language="{language}")\nchat',
    "printed": "print(chat)",
    "server": 'quiet = ChatPanel(server=mute, language="{language}")\nquiet',
    "hung": 'hung = ChatPanel(send=hangs, receive=recv_one, language="{language}")\nhung',
    "alive": "print(6 * 7)",
    "board": 'Dashboard(sample, 0.1, rates=["messages"], language="{language}")',
    "stuck": 'Dashboard(stuck, language="{language}")',
    "threads": "print(sorted(t.name for t in threading.enumerate() if 'panel' in t.name))",
}

pytestmark = pytest.mark.browser

Learner = Any  # see conftest.py
Words = dict[str, str]


def echo(sock: socket.socket, stop: threading.Event) -> None:
    sock.settimeout(0.1)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            sock.sendto(*sock.recvfrom(65507))


def notebook_of(*cells: Any) -> Any:
    """Return a notebook for Python."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    """The language of the panels; all tests of one run before those of the other."""
    return str(request.param)


@pytest.fixture(scope="module")
def words(language: str) -> Words:
    """What panels say in it."""
    return WORDS[language]


@pytest.fixture(scope="module")
def learner(
    open_chapter: Callable[[str], Learner], lab: Any, reference: dict[str, str], language: str
) -> Learner:
    """Somebody who has run a notebook with panels in it."""
    solved = {id.replace("-", "_"): source for id, source in reference.items()}
    notebook = notebook_of(
        *(
            nbformat.v4.new_code_cell(source.strip().format(language=language, **solved), id=id)
            for id, source in CELLS.items()
        )
    )
    folder = lab.work / f"panels-{language}" / CHAPTER
    folder.mkdir(parents=True)
    (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    learner = open_chapter(f"panels-{language}")
    learner.run_all(until="threads")
    return learner


class Chat:
    """A chat panel as it is seen."""

    def __init__(self, learner: Learner, id: str) -> None:
        learner.look_at(id)
        self.learner, self.cell = learner, learner.cell(id)
        self.inputs = self.cell.locator("input[type=text]")
        self.learner.expect(self.inputs).to_have_count(2)
        texts = self.cell.locator(".widget-html-content")
        self.anna, self.ben, self.news = texts.nth(1), texts.nth(3), texts.nth(4)

    def write(self, who: int, text: str) -> None:
        self.inputs.nth(who).click()
        self.learner.page.keyboard.type(text)
        self.learner.page.keyboard.press("Enter")
        self.learner.expect(self.inputs.nth(who)).to_have_value("")  # the kernel has taken it

    def button(self, name: str) -> Any:
        return self.cell.get_by_role("button", name=name, exact=True)


def rerun(learner: Learner, id: str) -> None:
    """Run a cell again."""
    learner.look_at(id)
    learner.cell(id).locator(".cm-content[contenteditable=true]").click()
    learner.run(id)


def test_what_one_person_types_the_other_hears(learner: Learner, words: Words) -> None:
    chat = Chat(learner, "chat")
    learner.expect(chat.inputs.nth(0)).to_have_attribute("placeholder", words["hint"])
    chat.write(0, "hello")
    learner.expect(chat.anna).to_contain_text(words["says"])
    learner.expect(chat.ben).to_contain_text(words["hears"])
    learner.expect(chat.ben).to_contain_text("hello")
    learner.expect(chat.inputs.nth(0)).to_have_value("")
    chat.write(1, "你好，anna！")
    learner.expect(chat.anna).to_contain_text("你好，anna！")
    learner.expect(chat.anna.get_by_text("hello", exact=True)).to_have_count(1)


def test_a_field_that_is_left_is_not_sent_until_enter_or_the_button(
    learner: Learner, words: Words
) -> None:
    chat = Chat(learner, "chat")
    chat.inputs.nth(0).click()
    learner.page.keyboard.type("a draft")
    chat.write(1, "between")
    learner.expect(chat.anna).to_contain_text("between")
    assert "draft" not in chat.anna.inner_text()
    chat.inputs.nth(0).press("Enter")  # nothing new for the browser to tell
    learner.expect(chat.ben).to_contain_text("a draft")
    chat.inputs.nth(0).click()
    learner.page.keyboard.type("by mouse")
    chat.button(words["send"]).nth(0).click()
    learner.expect(chat.ben).to_contain_text("by mouse")
    assert chat.anna.inner_text().count("a draft") == 1


def test_what_is_hostile_is_shown_as_text(learner: Learner) -> None:
    chat = Chat(learner, "chat")
    chat.inputs.nth(0).click()
    learner.page.keyboard.insert_text(HOSTILE)
    learner.page.keyboard.press("Enter")
    learner.expect(chat.ben).to_contain_text(HOSTILE.replace("\u202e", "\\u202e"))
    assert chat.cell.locator("img").count() == 0
    assert learner.page.title() != "hacked"


def test_many_messages_arrive_in_order_and_the_newest_is_seen(learner: Learner) -> None:
    chat = Chat(learner, "chat")
    for number in range(20):
        chat.write(number % 2, f"message {number}")
        learner.expect(chat.inputs.nth(number % 2)).to_have_value("")
    for log, mine in ((chat.anna, 0), (chat.ben, 1)):
        heard = log.get_by_text("message 19", exact=True)
        learner.expect(heard).to_be_in_viewport()
        texts = [each for each in log.inner_text().split() if each.isdigit()]
        assert set(texts) == {str(number) for number in range(20)}, mine


def test_a_server_that_hangs_is_told_of_and_nothing_freezes(learner: Learner, words: Words) -> None:
    chat = Chat(learner, "server")
    chat.write(0, "anybody?")
    learner.expect(chat.news).to_have_text(words["silent"])
    chat.write(1, "still here")
    learner.expect(chat.ben).to_contain_text("still here")


def test_a_function_that_hangs_keeps_what_is_typed(learner: Learner, words: Words) -> None:
    chat = Chat(learner, "hung")
    chat.write(0, "one")
    chat.write(0, "two")
    learner.expect(chat.news).to_contain_text(words["late"])
    learner.expect(chat.news).to_contain_text(words["waiting"])
    learner.look_at("alive")
    rerun(learner, "alive")
    assert learner.outputs("alive")[0].strip() == "42"


def test_closing_leaves_the_text_in_place_of_the_widgets(learner: Learner, words: Words) -> None:
    chat = Chat(learner, "server")
    chat.button(words["close"]).click()
    learner.expect(chat.inputs).to_have_count(0)
    [text] = learner.outputs("server")
    assert "still here" in text
    assert text.strip().endswith(words["closed"])
    rerun(learner, "threads")
    [names] = learner.outputs("threads")
    assert "recvfrom" not in names


def test_running_a_cell_again_ends_its_panel_even_one_that_hangs(
    learner: Learner, words: Words
) -> None:
    rerun(learner, "chat")
    learner.menu("Kernel", "Interrupt Kernel")  # must not end it
    chat = Chat(learner, "chat")
    chat.write(0, "again")
    learner.expect(chat.ben).to_contain_text("again")
    assert "message 19" not in chat.ben.inner_text()
    rerun(learner, "threads")
    [names] = learner.outputs("threads")
    assert names.count("panel recv_one") == 4  # of two panels: this one, and the hung one

    hung = Chat(learner, "hung")
    hung.button(words["close"]).click()
    learner.expect(hung.cell).to_contain_text(words["abandoned"])
    rerun(learner, "printed")
    assert "again" in learner.outputs("printed")[0]


def test_a_dashboard_counts_on(learner: Learner, words: Words) -> None:
    learner.look_at("board")
    board = learner.cell("board")
    learner.expect(board.get_by_role("row")).to_have_count(4)
    learner.expect(board.get_by_role("row").nth(3)).to_contain_text("<b>queue</b>")
    first = board.get_by_role("row").nth(1).get_by_role("img").get_attribute("alt")
    learner.expect(board.get_by_role("row").nth(1).get_by_role("img")).not_to_have_attribute(
        "alt", first
    )
    learner.look_at("stuck")
    learner.expect(learner.cell("stuck")).to_contain_text(words["late"].replace("hangs", "stuck"))


@pytest.fixture(scope="module")
def kept(language: str) -> Any:
    """A notebook with a panel's outputs that somebody else has run, without the widgets."""
    with ChatPanel(server=echo, language=language) as chat:
        chat.say("anna", HOSTILE)
        bundle = chat._repr_mimebundle_()
    cell = nbformat.v4.new_code_cell("chat", id="chat", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", bundle)]
    return notebook_of(cell)


def test_where_there_are_no_widgets_the_text_is_shown(
    open_chapter: Callable[[str], Learner], lab: Any, chromium: Any, kept: Any, language: str
) -> None:
    folder = lab.work / f"kept-{language}" / CHAPTER
    folder.mkdir(parents=True)
    (folder / f"{CHAPTER}.ipynb").write_text(json.dumps(kept), encoding="utf-8")
    reader = open_chapter(f"kept-{language}")
    reader.expect(reader.cell("chat")).to_contain_text("127.0.0.1")
    reader.expect(reader.cell("chat")).to_contain_text("onerror=")
    assert reader.cell("chat").locator("input, img").count() == 0

    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.set_content(HTMLExporter().from_notebook_node(kept)[0], wait_until="commit")
    reader.expect(page.get_by_text("onerror=")).to_be_visible()
    assert page.get_by_role("img").count() == 0
    context.close()
