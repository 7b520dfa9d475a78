"""`nbgrader collect` on an exchange whose inbound folder students wrote by hand."""

import errno
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.nbgrader_bridge import collecting
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
        self._config = config
        self._api = NbGraderAPI(CourseDirectory(config=config), config=config)

    def configure(self, **sections: dict[str, object]) -> None:
        self._config.merge(Config(sections))
        self._api = NbGraderAPI(CourseDirectory(config=self._config), config=self._config)

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


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty one, for copies: to make it takes nbgrader seconds."""
    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{path}", "live_sockets"):
        return path


@pytest.fixture
def exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gradebook: Path
) -> Iterator[Exchange]:
    monkeypatch.chdir(tmp_path)
    shutil.copy(gradebook, tmp_path)
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


@pytest.mark.parametrize("student", ["..", ".", ".hidden", "..x"])
def test_a_hidden_folder_is_named_and_left(exchange: Exchange, student: str) -> None:
    (exchange.folder(f"{student}+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    assert f"Not collected: '{student}+" in exchange.collect()
    assert os.listdir(exchange.root / "submitted") == ["right"]
    assert not (exchange.root / NAME).exists()
    assert not is_student_id(student)


@pytest.mark.parametrize("name", ["anna", "anna@example.org", "a+b", "安娜", "o-k_1.2"])
def test_ids_that_courses_have_are_collected(exchange: Exchange, name: str) -> None:
    (exchange.folder(f"{name}+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    assert "Not collected" not in exchange.collect()
    assert (exchange.collected(name) / f"{NAME}.ipynb").read_text() == "{}"


# -- whose it is -------------------------------------------------------------------------------


LATER = "2030-01-01 00:00:00 UTC"


def theirs(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let a folder be another account's than the one that collects."""
    if os.geteuid() == 0:
        os.chown(folder, 4321, -1)
    else:
        monkeypatch.setattr(collecting.os, "geteuid", lambda: 4321)


def test_work_of_another_account_is_nobodys(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even if it is the newest: what the student handed in is collected."""
    (exchange.folder(f"anna+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    exchange.collect()
    forged = exchange.folder(f"anna+{NAME}+{LATER}+00")
    (forged / f"{NAME}.ipynb").write_text("forged")
    theirs(monkeypatch, forged)
    assert "to the account" in exchange.collect()
    assert (exchange.collected("anna") / f"{NAME}.ipynb").read_text() == "{}"


def test_work_of_the_account_of_that_name_is_the_students(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    (folder / f"{NAME}.ipynb").write_text("{}")
    theirs(monkeypatch, folder)
    owner = folder.stat().st_uid
    monkeypatch.setattr(collecting, "_uid", lambda name: owner)
    assert "Not collected" not in exchange.collect()
    assert exchange.collected("anna").is_dir()


def test_where_ids_are_no_accounts_nobody_asks(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    theirs(monkeypatch, folder)
    assert "Not collected: 'anna+" in exchange.collect()
    exchange.configure(ExchangeCollect={"check_owner": False})
    assert "Not collected" not in exchange.collect()
    assert exchange.collected("anna").is_dir()


# -- what is in it -----------------------------------------------------------------------------


def test_what_was_collected_stays_until_something_newer_is_there(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    (exchange.folder(f"anna+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    exchange.collect()
    newer = exchange.folder(f"anna+{NAME}+{LATER}+00")
    (newer / "timestamp.txt").write_text(LATER)
    (newer / f"{NAME}.ipynb").write_text("[]")
    with monkeypatch.context() as broken:
        broken.setattr(collecting, "_copied", fails)
        assert "cannot be copied (Input/output error)" in exchange.collect()
    assert (exchange.collected("anna") / f"{NAME}.ipynb").read_text() == "{}"
    exchange.collect()
    assert (exchange.collected("anna") / f"{NAME}.ipynb").read_text() == "[]"
    assert os.listdir(exchange.collected("anna").parent) == [NAME]


def fails(*_: object) -> int:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("name", [f"{NAME} (1).ipynb", "Untitled.ipynb"])
def test_a_notebook_that_was_only_renamed_counts(exchange: Exchange, name: str) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    text = json.dumps({"cells": [], "metadata": {"live_sockets": {"chapter": NAME}}})
    (folder / name).write_text(text)
    assert f"{name} of 'anna+{NAME}" in exchange.collect()
    assert (exchange.collected("anna") / f"{NAME}.ipynb").read_text() == text


def test_files_with_odd_names_are_left_out(exchange: Exchange) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    (folder / f"{NAME}.ipynb").write_text("{}")
    for odd in (b"\xff", b"a\nb", b"\x1b[2J", b"x" * 254, b"y" * 201 + b".ipynb"):
        (folder / os.fsdecode(odd)).touch()
    said = exchange.collect()
    assert said.count("Left out: ") == 5
    assert "\x1b" not in said
    kept = sorted(path.name for path in exchange.collected("anna").iterdir())
    assert kept == [f"{NAME}.ipynb", "timestamp.txt"]


def test_much_in_all_is_cut_short(exchange: Exchange) -> None:
    folder = exchange.folder(f"anna+{NAME}+{WHEN}+00")
    (folder / f"{NAME}.ipynb").write_text("{}")
    for number in range(8):
        with open(folder / f"picture {number}", "wb") as file:
            file.truncate(MAX_BYTES)
    assert exchange.collect().count("Left out: ") == 3
    assert exchange.collected("anna").is_dir()


def test_what_is_collected_is_private(exchange: Exchange) -> None:
    (exchange.folder(f"anna+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    (exchange.root / "feedback").mkdir(mode=0o755)
    exchange.collect()
    for name in ("submitted", "feedback", "autograded", ".judged", "gradebook.db"):
        assert (exchange.root / name).stat().st_mode & 0o077 == 0, name


def test_a_group_that_shares_the_course_keeps_its_rights(exchange: Exchange) -> None:
    exchange.configure(CourseDirectory={"groupshared": True})
    (exchange.folder(f"anna+{NAME}+{WHEN}+00") / f"{NAME}.ipynb").write_text("{}")
    (exchange.root / "feedback").mkdir()
    (exchange.root / "feedback").chmod(0o775)
    exchange.collect()
    assert (exchange.root / "submitted").stat().st_mode & 0o7777 == 0o2770
    assert (exchange.root / "feedback").stat().st_mode & 0o777 == 0o770


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
    [
        *(b"", b"rubbish", b"\xff", b"9" * 5_000, WHEN.encode() + b" " * 100 + b"rubbish", None),
        b"2026-01-01 00:00:00 /proc/self/environ",  # dateutil would open that
    ],
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


def no_text(secret: Path) -> None:
    secret.write_bytes(b"x" * 9_000 + b"\xff")


def empty(secret: Path) -> None:
    secret.touch()


def somebody_elses(secret: Path) -> None:
    """In Carl's feedback, too: which of the two it is, nobody can tell."""
    secret.write_text("carl" * 9_000)


def pipe(secret: Path) -> None:
    os.mkfifo(secret)


def folder(secret: Path) -> None:
    secret.mkdir()


@pytest.mark.parametrize("make", [no_text, empty, pipe, folder, somebody_elses])
def test_a_secret_that_is_none_stops_no_other(
    exchange: Exchange, make: Callable[[Path], None]
) -> None:
    for student in ("anna", "ben", "carl"):
        folder = exchange.root / "feedback" / student / NAME
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(WHEN)
        (folder / "submission_secret.txt").write_text(student * 9_000)
        (folder / f"{NAME}.html").write_text(f"for {student}")
        (folder / f"{NAME}.html").chmod(0o600)
        if student == "ben":
            (folder / "submission_secret.txt").unlink()
            make(folder / "submission_secret.txt")
    exchange.collect()
    assert "Not released: 'ben'" in exchange.release()
    pages = list((exchange.inbound.parent / "feedback").iterdir())
    theirs = set() if make is somebody_elses else {"for carl"}
    assert {page.read_text() for page in pages} == {"for anna"} | theirs
    assert {page.stat().st_mode & 0o777 for page in pages} == {0o644}  # students read them
