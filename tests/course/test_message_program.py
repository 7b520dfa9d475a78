"""Chapter 01 keeps its word: the program that it saves reads what the lines in its text send."""

import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.source import read
from netlib.deadlines import stretched

pytestmark = pytest.mark.chapter("ch01")

ROOT = Path(__file__).resolve().parents[2]
CELLS = {cell.id: cell for cell in read(ROOT / "solutions" / "ch01_bytes.py").cells}
SAVES = ("setup", "pack-header", "pack-message", "hexdump", "demo-save", "demo-saved")
WORDS = {"en": ("waiting at port ", "no message: "), "zh": ("正在等待，端口 ", "不是消息： ")}
DEADLINE_S = stretched(60)

Terminal = Any  # see conftest.py
Beside = Callable[[Iterable[str]], Path]


@pytest.mark.parametrize("language", WORDS)
def test_message_py_shows_what_comes(
    language: str, beside: Beside, terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    folder = beside(CELLS[id].text(language) for id in SAVES)
    waiting, refused = WORDS[language]
    with terminal(folder, "message.py", "0") as person:
        person.shows(waiting)
        port = person.shows("\r\n").strip()
        send(language, port, tmp_path)
        person.shows("00000000: 01 00 71 00 00 00 04 c4 e3 ba c3")
        person.shows("你好")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"hello", ("127.0.0.1", int(port)))
        person.shows(refused)
        person.type("\x03")
        assert person.ends() == 0


def send(language: str, port: str, folder: Path) -> None:
    """Type the two lines of the chapter in a second terminal, or send what they make."""
    block = re.search(r"```bash\n(.*?)\n```", CELLS["after-save"].text(language), re.DOTALL)
    assert block is not None
    lines = block[1].replace("/9000", f"/{port}")
    bash = shutil.which("bash")
    if bash and shutil.which("iconv"):
        typed = subprocess.run([bash, "-ec", lines], cwd=folder, timeout=DEADLINE_S)
        if typed.returncode == 0:
            return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"\1\0\x71\0\0\0\4" + "你好".encode("gbk"), ("127.0.0.1", int(port)))
