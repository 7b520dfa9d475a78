"""07.1 safe_path: where a name leads, and whether that is still inside the folder."""

import re
from random import Random

from autograder.exercise import Rules
from autograder.network import Folder, Learner, Steps
from autograder.rules.common import mixed, named
from autograder.rules.tftp import raises_error
from autograder.text import Mistakes

__all__ = ["RULES"]
RULES = Rules()

FILES = {"pub/a": b"a", "pub/sub/b": b"b", "secret": b"!", "pub-secret/a": b"!"}


LET_IN: Mistakes = {str: "STR-21"}
"""Where a name leads out."""

REFUSED: Mistakes = {named("TftpError"): None}
"""Where a name is inside, though it may not look so."""


def _leads(learner: Learner, root: str, name: str, path: str, because: Mistakes = REFUSED) -> None:
    reply = learner.start("safe_path", root, name)
    reply.returns(path, ("the path", "路径"), because)


def _inside(learner: Learner, folder: Folder, *names: str, because: Mistakes = REFUSED) -> None:
    """Expect the plain paths of names in the sub-folder "pub"."""
    root = f"{folder.path}/pub"
    for name in names:
        _leads(learner, root, name, f"{root}/{name}", because)


def _outside(
    learner: Learner, steps: Steps, folder: Folder, *names: str, because: Mistakes = LET_IN
) -> None:
    """Expect that names in the sub-folder "pub" are refused."""
    for name in names:
        raises_error(steps, learner.start("safe_path", f"{folder.path}/pub", name), 2, because)


@RULES.rule(weight=3)
def names_inside(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name inside root gives its full path, whether the file exists or not, dots and all.

    root 里面的名字得到完整路径：不管文件是否存在，也不管名字里有几个点。
    """
    new = f"new{rng.randrange(100)}"
    names = ("a", "sub/b", new, "..a", "a..b", "...", "sub/new.txt", f"Sub/B/{mixed(rng)}")
    by_dots = re.search(r"""["']\.\.["']""", steps.source.of(["safe_path"]))
    refused = {named("TftpError"): "STR-21"} if by_dots else REFUSED  # of what it looks like
    _inside(learner, steps.folder(FILES), *names, because=refused)


@RULES.rule(weight=1, condition="non-ascii")
def names_in_chinese(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name may have Chinese characters and blanks; they stay as they are.

    名字里可以有中文和空格，都原样保留。
    """
    _inside(learner, steps.folder(FILES), "笔记", "我的 笔记.txt", " a ")


@RULES.rule(weight=2, condition="hostile")
def names_that_climb(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that leaves root through ".." raises TftpError(2, …).

    借助 ".." 走出 root 的名字，抛出 TftpError(2, …)。
    """
    names = ("../secret", "sub/../../secret", "new/../../secret", "..", "../../etc/hostname")
    _outside(learner, steps, steps.folder(FILES), *names)


@RULES.rule(weight=2, condition="hostile")
def absolute_names(learner: Learner, steps: Steps, rng: Random) -> None:
    """An absolute name that is not inside root raises TftpError(2, …).

    不在 root 之内的绝对路径，抛出 TftpError(2, …)。
    """
    folder = steps.folder(FILES)
    _outside(learner, steps, folder, "/etc/hostname", f"{folder.path}/secret")


@RULES.rule(weight=1)
def names_with_nul(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that holds a NUL raises TftpError(2, …).

    含有 NUL 的名字，抛出 TftpError(2, …)。
    """
    unseen = {(ValueError, str): "TFT-13"}
    _outside(learner, steps, steps.folder(FILES), "a\0", "a\0b", "\0", because=unseen)


@RULES.rule(weight=3, condition="hostile")
def links_that_lead_out(learner: Learner, steps: Steps, rng: Random) -> None:
    """A symbolic link out of root raises TftpError(2, …), to a file or a folder, there or not.

    指向 root 之外的符号链接，抛出 TftpError(2, …)：不管指向文件还是目录，存在与否。
    """
    folder = steps.folder(FILES | {"other/a": b"!"})
    folder.link("pub/one", "../secret")
    folder.link("pub/two", f"{folder.path}/other")
    folder.link("pub/three", "two/a")
    folder.link("pub/sub/up", "../../new")
    _outside(learner, steps, folder, "one", "two/a", "two/new", "three", "sub/up")


@RULES.rule(weight=2, condition="hostile")
def a_neighbour_of_the_same_beginning(learner: Learner, steps: Steps, rng: Random) -> None:
    """A neighbour of root whose name begins like root's is outside: TftpError(2, …).

    root 旁边、名字开头和 root 相同的目录，也在 root 之外：抛出 TftpError(2, …)。
    """
    folder = steps.folder(FILES)
    folder.link("pub/door", "../pub-secret")
    by_letters = re.search("startswith|commonprefix", steps.source.of(["safe_path"]))
    let_in = {str: "STR-40" if by_letters else "STR-21"}
    names = "../pub-secret/a", "../pub-new", "door/a"
    _outside(learner, steps, folder, *names, because=let_in)


@RULES.rule(weight=2)
def links_are_resolved(learner: Learner, steps: Steps, rng: Random) -> None:
    """Symbolic links inside root are resolved, and root itself may be reached through one.

    root 内部的符号链接会被解析；root 本身也可以是一个符号链接。
    """
    folder = steps.folder(FILES)
    folder.link("pub/alias", "sub")
    folder.link("www", "pub")
    for root in ("pub", "www"):
        for name, where in (("a", "a"), ("new", "new"), ("alias/b", "sub/b")):
            unresolved = {named("TftpError"): "STR-21", str: "STR-21"}
            path = f"{folder.path}/pub/{where}"
            _leads(learner, f"{folder.path}/{root}", name, path, unresolved)


@RULES.rule(weight=1)
def nothing_is_touched(learner: Learner, steps: Steps, rng: Random) -> None:
    """Nothing is opened or made, and what is in root stays as it is.

    不打开也不创建任何文件，root 里的内容保持原样。
    """
    folder = steps.folder(FILES)
    _inside(learner, folder, "a", "new", "fresh/new")
    what = ("files in the folder", "目录里的文件")
    steps.expect(what, got=sorted(folder.read()), want=sorted(FILES))
