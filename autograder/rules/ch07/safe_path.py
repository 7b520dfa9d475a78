"""07.1 safe_path: where a name leads, and whether that is still inside the folder."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Folder, Learner, Steps
from autograder.rules.ch07.shared import refused
from autograder.text import Because

__all__ = ["RULES"]

RULES = Rules()

PATH = ("the path", "路径")
FILES = {"pub/a": b"a", "pub/sub/b": b"b", "secret": b"!", "pub-secret/a": b"!"}


def _inside(learner: Learner, steps: Steps, root: str, name: str, want: str) -> None:
    got = learner.call("safe_path", root, name, because=_misread)
    if type(got) is not str or got != want:  # the report names the folder, whose path varies
        named = steps.naming.of(got), steps.naming.of(want)
        steps.fail(PATH, got=named[0], want=named[1], because=_misread)


def _misread(got: Any) -> str | None:
    """Return why a good name was refused, or its path is another one."""
    return "TFT-13" if isinstance(got, ValueError) else None


def _outside(
    learner: Learner, steps: Steps, folder: Folder, name: str, because: Because = None
) -> None:
    reply = learner.start("safe_path", f"{folder.path}/pub", name)
    refused(steps, reply, 2, because)


@RULES.rule(weight=3, misconception="STR-21")
def names_inside(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name inside root gives its full path, whether the file exists or not, dots and all.

    root 里面的名字得到完整路径：不管文件是否存在，也不管名字里有几个点。
    """
    folder = steps.folder(FILES)
    root = f"{folder.path}/pub"
    for name in ("a", "sub/b", f"new{rng.randrange(100)}", "..a", "a..b", "...", "sub/new.txt"):
        _inside(learner, steps, root, name, f"{root}/{name}")


@RULES.rule(weight=1, condition="non-ascii", misconception="STR-21")
def names_in_chinese(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name may have Chinese characters and blanks; they stay as they are.

    名字里可以有中文和空格，都原样保留。
    """
    folder = steps.folder(FILES)
    for name in ("笔记", "我的 笔记.txt", " a "):
        _inside(learner, steps, f"{folder.path}/pub", name, f"{folder.path}/pub/{name}")


@RULES.rule(weight=2, condition="hostile", misconception="STR-21")
def names_that_climb(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that leaves root through ".." raises TftpError(2, …).

    借助 ".." 走出 root 的名字，抛出 TftpError(2, …)。
    """
    folder = steps.folder(FILES)
    for name in ("../secret", "sub/../../secret", "new/../../secret", "..", "../../etc/hostname"):
        _outside(learner, steps, folder, name)


@RULES.rule(weight=2, condition="hostile", misconception="STR-21")
def absolute_names(learner: Learner, steps: Steps, rng: Random) -> None:
    """An absolute name that is not inside root raises TftpError(2, …).

    不在 root 之内的绝对路径，抛出 TftpError(2, …)。
    """
    folder = steps.folder(FILES)
    for name in ("/etc/hostname", f"{folder.path}/secret"):
        _outside(learner, steps, folder, name)


@RULES.rule(weight=1, condition="hostile", misconception="TFT-13")
def names_with_nul(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that holds a NUL raises TftpError(2, …).

    含有 NUL 的名字，抛出 TftpError(2, …)。
    """
    folder = steps.folder(FILES)
    for name in ("a\0", "a\0b", "\0"):
        _outside(learner, steps, folder, name, "TFT-13")


@RULES.rule(weight=3, condition="hostile", misconception="STR-21")
def links_that_lead_out(learner: Learner, steps: Steps, rng: Random) -> None:
    """A symbolic link out of root raises TftpError(2, …), to a file or a folder, there or not.

    指向 root 之外的符号链接，抛出 TftpError(2, …)：不管指向文件还是文件夹，存在与否。
    """
    folder = steps.folder(FILES | {"other/a": b"!"})
    folder.link("pub/one", "../secret")
    folder.link("pub/two", f"{folder.path}/other")
    folder.link("pub/three", "two/a")
    folder.link("pub/sub/up", "../../new")
    for name in ("one", "two/a", "two/new", "three", "sub/up"):
        _outside(learner, steps, folder, name)


@RULES.rule(weight=2, condition="hostile", misconception="STR-40")
def a_neighbour_of_the_same_beginning(learner: Learner, steps: Steps, rng: Random) -> None:
    """A neighbour of root whose name begins like root's is outside: TftpError(2, …).

    root 旁边、名字开头和 root 相同的文件夹，也在 root 之外：抛出 TftpError(2, …)。
    """
    folder = steps.folder(FILES)
    folder.link("pub/door", "../pub-secret")
    for name in ("../pub-secret/a", "../pub-new", "door/a"):
        _outside(learner, steps, folder, name, "STR-40")


@RULES.rule(weight=2, misconception="STR-21")
def links_are_resolved(learner: Learner, steps: Steps, rng: Random) -> None:
    """Symbolic links inside root are resolved, and root itself may be reached through one.

    root 内部的符号链接会被解析；root 本身也可以是一个符号链接。
    """
    folder = steps.folder(FILES)
    folder.link("pub/alias", "sub")
    folder.link("www", "pub")
    real = f"{folder.path}/pub"
    for root in (real, f"{folder.path}/www"):
        for name, where in (("a", "a"), ("new", "new"), ("alias/b", "sub/b")):
            _inside(learner, steps, root, name, f"{real}/{where}")


@RULES.rule(weight=1)
def nothing_is_touched(learner: Learner, steps: Steps, rng: Random) -> None:
    """Nothing is opened or made, and what is in root stays as it is.

    不打开也不创建任何文件，root 里的内容保持原样。
    """
    folder = steps.folder(FILES)
    for name in ("a", "new", "fresh/new"):
        _inside(learner, steps, f"{folder.path}/pub", name, f"{folder.path}/pub/{name}")
    steps.expect(
        ("files in the folder", "文件夹里的文件"), got=sorted(folder.read()), want=sorted(FILES)
    )
