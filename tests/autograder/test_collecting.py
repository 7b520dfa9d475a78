"""`nbgrader collect` on an exchange whose inbound folder students wrote by hand."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.nbgrader_bridge.collecting import MAX_FILES, is_student_id
from autograder.notebooks.submission import MAX_BYTES, read

ROOT = Path(__file__).resolve().parents[2]
NAME = "ch99_echo"
WHEN = "2026-01-01 00:00:00 UTC"

# nbgrader 0.9.6 and the libraries below it warn of their own future; that is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


class Exchange:
    """What has been handed in, and what the instructor then has."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbound = root / "exchange" / "live_sockets" / "inbound"
        self.inbound.mkdir(parents=True)
        config = PyFileConfigLoader(str(ROOT / "nbgrader_config.py")).load_config()
        config.merge(
            Config(
                {
                    "CourseDirectory": {"root": str(root)},
                    "Exchange": {"root": str(root / "exchange")},
                }
            )
        )
        self._api = NbGraderAPI(CourseDirectory(config=config), config=config)

    def folder(self, name: str) -> Path:
        folder = self.inbound / name
        folder.mkdir()
        (folder / "timestamp.txt").write_text(WHEN)
        return folder

    def collect(self) -> str:
        done = self._api.collect(NAME)
        assert done["success"], done
        return str(done["log"])

    def release(self) -> str:
        done = self._api.release_feedback(NAME)
        assert done["success"], done
        return str(done["log"])

    def collected(self, student: str) -> Path:
        return self.root / "submitted" / student / NAME


@pytest.fixture
def exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    monkeypatch.chdir(tmp_path)
    exchange = Exchange(tmp_path)
    right = exchange.folder(f"right+{NAME}+{WHEN}+00")
    (right / f"{NAME}.ipynb").write_text(json.dumps({"cells": []}))
    yield exchange
    assert (exchange.collected("right") / f"{NAME}.ipynb").read_text() == '{"cells": []}'


@pytest.mark.parametrize(
    "name",
    [
        f"<img src=x onerror=alert(1)>+{NAME}+{WHEN}+00",
        f"+{NAME}+{WHEN}+00",
        f"a b+{NAME}+{WHEN}+00",
        f"a\nb+{NAME}+{WHEN}+00",
        f"a\x1b[2Jb+{NAME}+{WHEN}+00",
        f"{'x' * 101}+{NAME}+{WHEN}+00",
        f"anna+{NAME}+no time at all+00",
        f"anna+{NAME}+{'9' * 100}+00",
        f"anna+{NAME}+",
    ],
)
def test_a_folder_with_an_odd_name_is_named_and_left(exchange: Exchange, name: str) -> None:
    folder = exchange.folder(name)
    (folder / f"{NAME}.ipynb").write_text("{}")
    said = exchange.collect()
    assert "Not collected: " in said
    assert "\x1b" not in said
    assert os.listdir(exchange.root / "submitted") == ["right"]
    assert not (exchange.root / NAME).exists()


@pytest.mark.parametrize("student", ["..", ".", ".hidden"])
def test_a_hidden_folder_is_left(exchange: Exchange, student: str) -> None:
    (exchange.folder(f"{student}+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    exchange.collect()
    assert os.listdir(exchange.root / "submitted") == ["right"]
    assert not (exchange.root / NAME).exists()
    assert not is_student_id(student)


@pytest.mark.parametrize("name", ["anna", "anna@example.org", "a+b", "安娜", "o-k_1.2"])
def test_ids_that_courses_have_are_collected(exchange: Exchange, name: str) -> None:
    (exchange.folder(f"{name}+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    assert "Not collected" not in exchange.collect()
    assert (exchange.collected(name) / f"{NAME}.ipynb").read_text() == "{}"


def test_only_regular_files_are_collected(exchange: Exchange) -> None:
    secret = exchange.root / "secret"
    secret.write_text("the work of somebody else")
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    (folder / f"{NAME}.ipynb").symlink_to(secret)
    (folder / "link.txt").symlink_to(secret)
    os.mkfifo(folder / "fifo")
    (folder / "data").mkdir()
    with socket.socket(socket.AF_UNIX) as unix:
        here = os.open(folder, os.O_PATH)  # names of sockets may have 107 bytes
        unix.bind(f"/proc/self/fd/{here}/socket.ipynb")
        os.close(here)
    said = exchange.collect()
    assert said.count("Left out: ") == 5
    names = sorted(path.name for path in exchange.collected("anna").iterdir())
    assert names == [f"{NAME}.ipynb", "socket.ipynb", "timestamp.txt"]
    notebook = exchange.collected("anna") / f"{NAME}.ipynb"
    assert not notebook.is_symlink()
    assert "is an empty file" in read(notebook).notes[0].en


def test_a_folder_that_is_a_link_is_left(exchange: Exchange) -> None:
    theirs = exchange.inbound / f"right+{NAME}+{WHEN}+00"
    (exchange.inbound / f"mallory+{NAME}+{WHEN}+00").symlink_to(theirs)
    assert "is no folder" in exchange.collect()
    assert not exchange.collected("mallory").exists()


def test_much_is_cut_short(exchange: Exchange) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    with open(folder / f"{NAME}.ipynb", "wb") as file:
        file.truncate(MAX_BYTES * 100)
    for number in range(MAX_FILES):
        (folder / f"a picture {number}").touch()
    assert "Left out: " in exchange.collect()
    assert len(os.listdir(exchange.collected("anna"))) == MAX_FILES
    assert "is larger than 10 MB" in read(exchange.collected("anna") / f"{NAME}.ipynb").notes[0].en


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"rubbish", b"\xff", b"9" * 5_000, WHEN.encode() + b" " * 100 + b"rubbish", None],
)
def test_a_time_that_is_none_is_the_folders(exchange: Exchange, rubbish: bytes | None) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    (folder / f"{NAME}.ipynb").write_text("{}")
    (folder / "timestamp.txt").unlink()
    if rubbish is not None:
        (folder / "timestamp.txt").write_bytes(rubbish)
    assert "holds no time" in exchange.collect()
    assert "2026-01-01 00:00:00" in (exchange.collected("anna") / "timestamp.txt").read_text()
    # Of a second collection stock nbgrader asks when the first one was.
    (exchange.folder(f"zoe+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    exchange.collect()
    assert exchange.collected("zoe").is_dir()


@pytest.mark.parametrize("lost", [("submission_secret.txt",), ("timestamp.txt",), ("both",)])
def test_feedback_that_cannot_be_released_stops_no_other(
    exchange: Exchange, lost: tuple[str]
) -> None:
    for student in ("anna", "ben", "carl"):
        folder = exchange.root / "feedback" / student / NAME
        folder.mkdir(parents=True)
        for name in ("submission_secret.txt", "timestamp.txt"):
            if student != "ben" or lost[0] not in (name, "both"):
                (folder / name).write_text(student)
        (folder / f"{NAME}.html").write_text(f"for {student}")
    exchange.collect()
    released = exchange.release()
    pages = {page.read_text() for page in (exchange.inbound.parent / "feedback").iterdir()}
    kept = {"for ben"} if lost == ("timestamp.txt",) else set()
    assert pages == {"for anna", "for carl"} | kept
    assert ("Not released: 'ben'" in released) is not bool(kept)


def test_a_secret_that_is_no_text_stops_no_other(exchange: Exchange) -> None:
    for student in ("anna", "ben", "carl"):
        folder = exchange.root / "feedback" / student / NAME
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(WHEN)
        rubbish = b"\xff" if student == "ben" else b""
        (folder / "submission_secret.txt").write_bytes(student.encode() * 9_000 + rubbish)
        (folder / f"{NAME}.html").write_text(f"for {student}")
    exchange.collect()
    assert "Not released: 'ben'" in exchange.release()
    pages = {page.read_text() for page in (exchange.inbound.parent / "feedback").iterdir()}
    assert pages == {"for anna", "for carl"}
