"""Copies the chapters to work/ once and starts JupyterLab where the learner left off.

`make lab` runs it. A file that is already in work/ is never touched: it is the learner's.
"""

import argparse
import os
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["address", "command", "copy_chapters", "has_screen", "left_off", "main", "settings"]

ROOT = Path(__file__).resolve().parent.parent
_UNUSED = (
    "jupyter_lsp",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "nbgrader.server_extensions.formgrader",
)


def copy_chapters(released: Path, work: Path) -> list[Path]:
    """Copy every file of the release that work/ lacks; return the new ones."""
    copied = []
    for source in sorted(released.rglob("*")):
        place = source.relative_to(released)
        if not source.is_file() or any(part.startswith(".") for part in place.parts):
            continue
        target = work / place
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        try:
            with target.open("xb") as file:  # x: it must not exist
                file.write(content)
        except FileExistsError:
            continue
        copied.append(target)
    return copied


def has_screen(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Tell whether a browser that we open would be seen by the one who typed the command."""
    if any(environment.get(name) for name in ("CI", "SSH_CONNECTION", "SSH_TTY")):
        return False
    if platform.startswith("linux"):
        return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return True


def address(first: Path, folder: Path) -> str:
    """Return the path of the chapter in JupyterLab's address; the file list has all chapters."""
    return f"/lab/tree/{first.relative_to(folder).as_posix()}?file-browser-path=/"


def command(first: Path, folder: Path, *, screen: bool, root: bool) -> list[str]:
    """Return the command that starts JupyterLab in `folder` with the chapter `first` open."""
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={address(first, folder)}",
        # What a learner's window does without: an instructor's pages, servers for other languages.
        *(f"--ServerApp.jpserver_extensions={name}=False" for name in _UNUSED),
        # Nothing that a learner starts talks to the outside unasked.
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]
    if not screen:
        options.append("--no-browser")
    if root:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]


def settings(language: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which JupyterLab looks as a learner's does, in that language."""
    ours = [str(ROOT / "tools" / "jupyter" / name) for name in (language, "learner")]
    others = environment.get("JUPYTER_CONFIG_PATH")
    path = os.pathsep.join([*ours, others] if others else ours)
    return {**environment, "JUPYTER_CONFIG_PATH": path}


def left_off(chapters: Sequence[Path], language: str) -> tuple[Path, str]:
    """Return the chapter to open, and a sentence on what is next there."""
    from autograder.way.next_step import left_off as where
    from autograder.way.record import kept

    record = kept()
    following = where(record, language)
    names = {path.stem.partition("_")[0]: path for path in chapters}
    if following is None or following.chapter not in names:
        return chapters[0], ""
    said = {"en": "You go on with {}.", "zh": "接着做：{}。"}[language]
    name = said.format(following.name.in_(language))
    return names[following.chapter], name if record else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Copy, then become JupyterLab (or, with LAB_DRY_RUN set, print how it would start)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="en", help="en or zh")
    language = parser.parse_args(arguments).language
    languages = sorted(path.name for path in (ROOT / "notebooks").glob("*") if path.is_dir())
    if language not in languages:
        have = " and ".join(languages) or "no language yet"
        print(f"There are chapters in {have}, not in {language!r}.")
        return 1
    released, work = ROOT / "notebooks" / language, ROOT / "work" / language
    chapters = sorted(released.glob("ch*/*.ipynb"))
    if not chapters:
        print(f"notebooks/{language} holds no chapter. `make build` makes them.")
        return 1
    copied = copy_chapters(released, work)
    for path in copied:
        print(f"new: {path.relative_to(ROOT)}")
    if not copied:
        print(f"Your work is in work/{language}, as you left it.")
    first, said = left_off(chapters, language)
    if said:
        print(said)
    _start(work / first.relative_to(released), work, language)
    return 0


def _start(first: Path, work: Path, language: str) -> None:
    screen = has_screen(os.environ)
    start = command(first, work, screen=screen, root=hasattr(os, "geteuid") and os.geteuid() == 0)
    if os.environ.get("LAB_DRY_RUN"):
        print(shlex.join(start))
        return
    if not screen:
        print("No screen here: open the address with `token=` in it that JupyterLab prints below.")
    sys.stdout.flush()
    # Kernels inherit it: they must be interrupted, even if we were started under nohup.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(work)  # away from nbgrader_config.py, which is the instructor's
    environment = settings(language, os.environ)
    start.append("--log-level=ERROR")  # the address is printed all the same
    os.execve(start[0], start, environment)  # JupyterLab takes our place, and so gets Ctrl-C itself


if __name__ == "__main__":
    sys.exit(main())
