"""What `make lab` does before JupyterLab starts."""

import os
import shlex
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from autograder.way.record import keep

ROOT = Path(__file__).resolve().parents[2]

_spec = util.spec_from_file_location("lab", ROOT / "tools" / "lab.py")
assert _spec is not None
assert _spec.loader is not None
lab = util.module_from_spec(_spec)
_spec.loader.exec_module(lab)


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A release of one chapter, with a file beside it and one that Jupyter left behind."""
    folder = tmp_path / "notebooks"
    chapter = folder / "ch04_udp"
    (chapter / ".ipynb_checkpoints").mkdir(parents=True)
    (chapter / "ch04_udp.ipynb").write_bytes(b"released")
    (chapter / "capture.bin").write_bytes(b"\x00\x01")
    (chapter / ".ipynb_checkpoints" / "ch04_udp.ipynb").write_bytes(b"left behind")
    return folder


def test_the_first_copy_brings_every_file_and_no_checkpoint(released: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    copied = lab.copy_chapters(released, work)
    names = [path.relative_to(work).as_posix() for path in copied]
    assert names == ["ch04_udp/capture.bin", "ch04_udp/ch04_udp.ipynb"]
    assert (work / "ch04_udp/capture.bin").read_bytes() == b"\x00\x01"
    assert not (work / "ch04_udp/.ipynb_checkpoints").exists()


def test_what_the_learner_wrote_is_never_overwritten(released: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    lab.copy_chapters(released, work)
    (work / "ch04_udp/ch04_udp.ipynb").write_bytes(b"mine")
    (work / "ch04_udp/capture.bin").unlink()
    copied = lab.copy_chapters(released, work)
    assert [path.name for path in copied] == ["capture.bin"]
    assert (work / "ch04_udp/ch04_udp.ipynb").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("environment", "platform", "screen"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "a b c d"}, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_TTY": "/dev/ttys001"}, "darwin", False),
    ],
)
def test_a_browser_is_opened_only_where_it_would_be_seen(
    environment: dict[str, str], platform: str, screen: bool
) -> None:
    assert lab.has_screen(environment, platform) is screen


@pytest.mark.parametrize(("screen", "root"), [(True, False), (False, True)])
def test_the_command_opens_a_chapter_beside_the_list_of_all(
    screen: bool, root: bool, tmp_path: Path
) -> None:
    first = tmp_path / "ch04_udp" / "ch04_udp.ipynb"
    command = lab.command(first, tmp_path, screen=screen, root=root)
    assert "--LabApp.default_url=/lab/tree/ch04_udp/ch04_udp.ipynb?file-browser-path=/" in command
    assert ("--no-browser" in command) is not screen
    assert ("--allow-root" in command) is root


@pytest.mark.parametrize(
    ("language", "said"), [("en", "You go on with ch11/dial."), ("zh", "接着做：ch11/dial。")]
)
def test_it_opens_where_the_learner_left_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("LIVE_SOCKETS_PROGRESS", str(tmp_path / "progress.json"))
    chapters = sorted((ROOT / "notebooks" / language).glob("ch*/*.ipynb"))
    first, nothing = lab.left_off(chapters, language)
    assert (first, nothing) == (chapters[0], "")
    keep("ch04/send_text", 2, 2, "")
    for id in ("send_all", "recv_until_eof", "serve_once", "upper_server", "chat_client"):
        keep(f"ch11/{id}", 1, 1, "")
    keep("ch11/method_table", 1, 1, "")
    assert lab.left_off(chapters, language) == (
        ROOT / "notebooks" / language / "ch11_tcp" / "ch11_tcp.ipynb",
        said,
    )


def test_the_window_is_a_learners_and_in_their_language() -> None:
    english = lab.settings("en", {"JUPYTER_CONFIG_PATH": "/theirs"})["JUPYTER_CONFIG_PATH"]
    chinese = lab.settings("zh", {})["JUPYTER_CONFIG_PATH"]
    assert english.split(os.pathsep)[-1] == "/theirs"
    hidden = "{}/labconfig/page_config.json"
    locale = "{}/labconfig/default_setting_overrides.json"
    for path in (english, chinese):
        found = [Path(hidden.format(part)) for part in path.split(os.pathsep)]
        assert sum(each.is_file() for each in found) == 1
    assert "zh_CN" in Path(locale.format(chinese.split(os.pathsep)[0])).read_text()
    assert not any(Path(locale.format(part)).is_file() for part in english.split(os.pathsep))


def test_an_unknown_language_gets_a_sentence() -> None:
    asked = subprocess.run(
        [sys.executable, ROOT / "tools" / "lab.py", "--language", "tlh"],
        env={**os.environ, "LAB_DRY_RUN": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert asked.stdout == "There are chapters in en and zh, not in 'tlh'.\n"


@pytest.mark.parametrize(
    ("environment", "typed", "language"),
    [
        ({}, [], "en"),
        ({}, ["LANGUAGE=zh"], "zh"),
        ({"LANGUAGE": "zh"}, [], "zh"),
        ({"LANGUAGE": "de_AT:de"}, [], "en"),  # gettext's, not ours
        ({"LANGUAGE": "de_AT:de"}, ["LANGUAGE=zh"], "zh"),
        ({}, ["LANGUAGE=tlh"], "tlh"),  # lab.py says what there is
    ],
)
def test_make_lab_hands_on_the_language_that_was_asked_for(
    environment: dict[str, str], typed: list[str], language: str
) -> None:
    variables = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    variables.pop("LANGUAGE", None)
    printed = subprocess.run(
        ["make", "--dry-run", "lab", *typed],
        cwd=ROOT,
        env=variables | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    last = shlex.split(printed.stdout.splitlines()[-1])
    assert last[-2:] == ["--language", language]
