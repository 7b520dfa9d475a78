"""The journal knows what is graded, and the lock lets one process grade."""

import os
from pathlib import Path

import pytest

from autograder.grading.journal import Busy, Journal, Lock, fingerprint, tree
from autograder.sandbox.throwaway import in_fork

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

ENTRY = {"handed_in": "1", "version": "2", "autograded": "3", "gradebook": "4"}


def test_an_entry_is_there_between_finish_and_begin(tmp_path: Path) -> None:
    journal = Journal("ch04_udp", tmp_path)
    assert journal.entry("anna") is None
    journal.finish("anna", ENTRY)
    assert journal.entry("anna") == ENTRY
    assert Journal("ch05_tcp", tmp_path).entry("anna") is None
    journal.begin("anna")
    journal.begin("anna")
    assert journal.entry("anna") is None


def test_any_name_is_a_students_name(tmp_path: Path) -> None:
    journal = Journal("ch04_udp", tmp_path)
    names = ["../../x", "a" * 255, "安娜", "*", ".", "a b"]
    for number, name in enumerate(names):
        journal.finish(name, {**ENTRY, "version": str(number)})
    entries = [journal.entry(name) for name in names]
    assert [entry and entry["version"] for entry in entries] == [str(n) for n in range(6)]


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"student": "ben"}', b"[" * 100_000])
def test_an_entry_that_is_none_is_not_there(tmp_path: Path, content: bytes) -> None:
    journal = Journal("ch04_udp", tmp_path)
    journal.finish("anna", ENTRY)
    next(tmp_path.rglob("*.json")).write_bytes(content)
    assert journal.entry("anna") is None


def test_the_lock_is_one_processs_and_ends_with_it(tmp_path: Path) -> None:
    def take(question: bytes, send: object) -> None:
        try:
            Lock(tmp_path)
        except Busy as error:
            send(str(error).encode())  # type: ignore[operator]

    lock = Lock(tmp_path)
    said = in_fork(take, b"", 30).output.decode()
    assert said.startswith(
        f"Another `autograder grade` is at work in this course (process {os.getpid()}). "
    )
    lock.release()
    assert in_fork(take, b"", 30).output == b""
    Lock(tmp_path).release()


def test_what_is_handed_in_has_a_fingerprint(tmp_path: Path) -> None:
    notebook = tmp_path / "a.ipynb"
    seen = [fingerprint(tmp_path, "a.ipynb")]

    def is_new() -> bool:
        seen.append(fingerprint(tmp_path, "a.ipynb"))
        assert fingerprint(tmp_path, "a.ipynb") == seen[-1]
        return seen[-1] not in seen[:-1]

    notebook.write_text("{}")
    assert is_new()
    notebook.write_text("[]")
    assert is_new()
    (tmp_path / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    assert is_new()
    (tmp_path / "other.txt").write_text("nobody grades it")
    assert not is_new()
    notebook.rename(tmp_path / "b")
    notebook.symlink_to(tmp_path / "b")
    assert is_new()
    notebook.unlink()
    os.mkfifo(notebook)
    assert is_new()


def test_a_tree_is_its_names_and_contents(tmp_path: Path) -> None:
    assert tree(tmp_path / "none") == ""
    seen = {tree(tmp_path)}
    for name, text in (("a", "1"), ("a", "2"), ("b", "2"), ("c/a", "")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        seen.add(tree(tmp_path))
    assert len(seen) == 5
