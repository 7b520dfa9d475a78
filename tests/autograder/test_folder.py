"""Folders that rules share with learners' code: what comes back, and what cannot get in."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from autograder.network import Folder
from netlib.deadlines import stretched

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = "5"  # thousands of files can take seconds where the disk is busy
DEADLINE_S = stretched(60)

# One rule's use of a folder, in a process of its own: judge._own_namespaces has no way back.
RULE = """
import json, sys
from autograder.judging import judge
from autograder.guest.loading import LoadCell
from autograder.judging.fork import fork
from autograder.learner.source import Source
from autograder.network import Learner, Steps
from autograder.sandbox.bubblewrap import Sandbox
from autograder.text import Failed

job = json.load(sys.stdin)
if job["sandboxed"]:
    judge._own_namespaces()
    sandbox = Sandbox()
    start = sandbox.guest
else:
    start = fork
told = []
for _ in range(2):  # a second rule meets an empty folder
    original = start()
    original.load((LoadCell("cell 1", "import os, socket\\n" + job["cell"], True),), ("f",))
    steps = Steps(original.copy(), Source())
    folder = steps.folder({"given.txt": b"given", "deep/er.bin": bytes(3)})
    for name, target in job["links"].items():
        folder.link(name, target)
    folder.make("bare")
    try:
        value = Learner(steps).call("f", folder.path)
        read = {name: repr(data[:40]) for name, data in folder.read().items()}
    except Failed as failure:
        value, read = str(failure), {}
    told.append([value, read, [str(did) for did in steps.story]])
    steps.close()
    original.kill()
if job["sandboxed"]:
    sandbox.close()
json.dump(told, sys.stdout)
"""
SANDBOXED = pytest.param(
    True,
    id="sandbox",
    marks=pytest.mark.skipif(shutil.which("bwrap") is None, reason="grading needs bubblewrap"),
)


@pytest.fixture(params=[pytest.param(False, id="practice"), SANDBOXED])
def sandboxed(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def use(
    cell: str, sandboxed: bool, scratch: Path, links: dict[str, str] | None = None
) -> tuple[Any, dict[str, str], list[str]]:
    """Return what f gave, what was read back, and the story; twice the same."""
    done = subprocess.run(
        [sys.executable, "-c", RULE],
        input=json.dumps({"cell": cell, "sandboxed": sandboxed, "links": links or {}}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(scratch), "LIVE_SOCKETS_PATIENCE": PATIENCE},
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)
    assert first == second
    assert list(scratch.iterdir()) == []
    return first[0], first[1], first[2]


GIVEN = {"given.txt": "b'given'", "deep/er.bin": r"b'\x00\x00\x00'"}


def test_files_cross_both_ways(sandboxed: bool, tmp_path: Path) -> None:
    value, read, story = use(
        "def f(path):\n"
        "    with open(path + '/made.txt', 'xb') as file: file.write(b'made')\n"
        "    os.remove(path + '/given.txt')\n"
        "    return open(path + '/deep/er.bin', 'rb').read().hex()\n",
        sandboxed,
        tmp_path,
    )
    assert value == "000000"
    assert read == {"made.txt": "b'made'", "deep/er.bin": GIVEN["deep/er.bin"]}
    assert "f('folder')" in story[0]  # its path differs from run to run


@pytest.mark.parametrize(
    "plant",
    [
        "os.symlink('/etc/passwd', path + '/link')",
        "os.symlink('/etc', path + '/folder')",
        "os.symlink('..', path + '/up')",
        "os.symlink('.', path + '/round')",
        "os.mkfifo(path + '/fifo')",
        "os.chdir(path); socket.socket(socket.AF_UNIX).bind('socket')",
        "os.mkdir(path + '/locked', 0)" if os.geteuid() else "os.mkdir(path + '/empty')",
    ],
)
def test_what_is_planted_leads_nowhere(plant: str, sandboxed: bool, tmp_path: Path) -> None:
    _, read, _ = use(f"def f(path):\n    {plant}\n", sandboxed, tmp_path)
    assert read == GIVEN


def test_a_folder_that_is_exchanged_for_a_link_is_still_itself(
    sandboxed: bool, tmp_path: Path
) -> None:
    _, read, _ = use(
        "def f(path):\n"
        "    os.rename(path, path + '-mine')\n"
        "    os.symlink('/etc', path)\n"
        "    os.rename(path + '-mine/deep', path + '-mine/deeper')\n"
        "    os.symlink('/etc', path + '-mine/deep')\n",
        sandboxed,
        tmp_path,
    )
    assert read == {"given.txt": "b'given'", "deeper/er.bin": GIVEN["deep/er.bin"]}


@pytest.mark.parametrize(
    "much",
    [
        "    for n in range(2_000): open(f'{path}/{n}', 'x').close()",
        "    for n in range(3): open(f'{path}/{n}', 'xb').write(bytes(6 << 20))",
        "    os.makedirs(path + '/d' * 20)",
    ],
    ids=["files", "bytes", "levels"],
)
def test_too_much_costs_the_rule(much: str, sandboxed: bool, tmp_path: Path) -> None:
    value, read, _ = use(f"def f(path):\n{much}\n", sandboxed, tmp_path)
    assert value == "more than that in the folder"
    assert read == {}


def test_exceptions_do_not_tell_the_path(tmp_path: Path) -> None:
    value, _, story = use("def f(path): raise ValueError(path + '/none')", False, tmp_path)
    assert "folder/none" in value
    assert tempfile.gettempdir() not in " ".join(story)


def test_links_and_folders_are_there_for_the_learner(sandboxed: bool, tmp_path: Path) -> None:
    value, read, _ = use(
        "def f(path):\n"
        "    with open(path + '/inside') as file: text = file.read()\n"
        "    return text, os.readlink(path + '/outside'), os.listdir(path + '/bare')\n",
        sandboxed,
        tmp_path,
        {"inside": "given.txt", "outside": "/etc/hostname"},
    )
    assert value == ["given", "/etc/hostname", []]
    assert read == GIVEN  # no link is followed


@pytest.mark.parametrize(
    ("put", "seen"), [("replace", b"old"), ("overwrite", b"new")], ids=["replaced", "overwritten"]
)
def test_an_open_file_is_the_one_of_before(put: str, seen: bytes) -> None:
    folder = Folder.temporary()
    try:
        folder.write({"a": b"old"})
        reader = folder.opened("a")
        if put == "replace":
            folder.write({"b": b"new"})
            os.replace(f"{folder.path}/b", f"{folder.path}/a")
        else:
            folder.write({"a": b"new"})
        assert (reader.read(), folder.read()) == (seen, {"a": b"new"})
    finally:
        folder.close()
    assert reader.closed
