"""Chapter 17 as it is seen: three people and nc in the reader's room; the old room stands still."""

import contextlib
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched
from tests.browser.conftest import photograph, run_cells

pytestmark = [pytest.mark.browser, pytest.mark.chapter("ch17")]

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch17_epoll.py").cells}
GIVEN = ("import-check", "setup", "drain", "loop", "setup-owed", "setup-lines", "room", "chat-room")
PANEL = """
panel = ChatPanel(
    server={server}, kind="tcp", people=("anna", "ben", "carl"), introduce={new}, buffer=8192
)
print(panel.server_address)
display(panel)
"""
CHUNKS, CHUNK = 20, 16  # of about 500 bytes

Learner = Any  # see conftest.py
Lab = Any


class Room:
    """A panel of three people as it is seen."""

    def __init__(self, learner: Learner, cell: str) -> None:
        learner.look_at(cell)
        found = learner.cell(cell)
        self.learner = learner
        self.fields = found.locator("input[type=text]")
        self.boxes = found.locator("input[type=checkbox]")
        learner.expect(self.fields).to_have_count(3)
        logs = found.locator(".widget-html-content")
        self.logs = [logs.nth(2 * place + 1) for place in range(3)]  # a heading above each
        address = re.search(r"\('127\.0\.0\.1', (\d+)\)", "\n".join(learner.outputs(cell)))
        assert address is not None
        self.port = int(address[1])

    def writes(self, place: int, text: str) -> None:
        self.fields.nth(place).click()
        self.learner.page.keyboard.insert_text(text)
        self.learner.page.keyboard.press("Enter")

    def sees(self, place: int, text: str) -> None:
        self.learner.expect(self.logs[place]).to_contain_text(text)

    def hears(self, speaker: int, listener: int, text: str) -> bool:
        """Let one say a text; return whether the other sees it in a second."""
        self.writes(speaker, text)
        self.learner.page.wait_for_timeout(1000 * stretched(1))
        return text in self.logs[listener].inner_text()

    def talks_on(self, *, waits: bool) -> None:
        """Let somebody from outside say more than carl, who does not read, has room for; a chunk
        when ben has seen the one before, if waits: who reads slowly is not who does not read."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as speaker:
            with contextlib.suppress(OSError):  # the old room takes no more
                speaker.sendall(b"speaker\n")
                for number in range(CHUNKS):
                    said = f"chunk {number:02}"
                    lines = [f"{said} {'x' * 490}\n".encode() for _ in range(CHUNK)]
                    speaker.sendall(b"".join(lines))
                    if waits:
                        self.sees(1, said)
                        if "* carl left" in self.logs[1].inner_text():  # it will scroll away
                            return


def opened(lab: Lab, open_chapter: Callable[..., Learner], folder: str, language: str) -> Learner:
    """Run a notebook with the chapter's cells and both rooms."""
    cells = {id: CELLS[id].text(language) or CELLS[id].source for id in GIVEN}
    cells["imports"] = (
        "from netlib.panels import ChatPanel\n"
        "from netlib.oldnotes.room import chat_room as old_room"
    )
    cells["new-panel"] = PANEL.format(server="chat_room", new=True)
    cells["old-panel"] = PANEL.format(server="old_room", new=False)
    return run_cells(lab, open_chapter, folder, "room", cells, until="old-panel")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_people_and_nc_in_the_readers_room_and_the_old_one_stands_still(
    lab: Lab, open_chapter: Callable[..., Learner], language: str, tmp_path: Path
) -> None:
    learner = opened(lab, open_chapter, f"room-{language}", language)
    room = Room(learner, "new-panel")
    room.sees(2, "* with you: anna, ben")
    room.writes(1, "你好")
    room.sees(0, "ben: 你好")
    room.sees(2, "ben: 你好")
    if busybox := shutil.which("busybox"):
        pipe = subprocess.PIPE
        command = [busybox, "nc", "127.0.0.1", str(room.port)]
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0) as nc:
            assert nc.stdin is not None
            nc.stdin.write(b"nora\n")
            room.sees(0, "* nora joined")
            nc.stdin.write("大家好\n".encode())
            room.sees(1, "nora: 大家好")
            nc.kill()
        room.sees(0, "* nora left")
    room.boxes.nth(2).check()
    room.talks_on(waits=True)
    room.sees(1, "* carl left")
    room.writes(0, "still here")
    room.sees(1, "anna: still here")
    photograph(learner.page, tmp_path / f"new-room-{language}.png")

    old = Room(learner, "old-panel")
    old.writes(0, "first")
    old.sees(1, "first")
    old.boxes.nth(2).check()
    old.talks_on(waits=False)
    assert any(not old.hears(0, 1, f"anybody {number}?") for number in range(CHUNKS))
    photograph(learner.page, tmp_path / f"old-room-{language}.png")
