"""03.6 socket_owners: which processes hold a socket, by a folder like /proc."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Folder, Learner, Steps
from autograder.text import Because, Mistakes, Text, such

__all__ = ["RULES"]
RULES = Rules()

OWNERS = ("the processes", "进程")
FOLDER = Text("the folder", "目录")
FILES = 12  # beside a link: in one process some come first, whatever the order of a folder is
Held = dict[str, list[str]]
"""What the descriptors of each process are, by the process's name."""


def _proc(steps: Steps, held: Held) -> Folder:
    """Return a folder that looks like /proc."""
    folder = steps.folder()
    for name, targets in held.items():
        folder.make(name)
        folder.make(f"{name}/fd")
        for number, target in enumerate(targets):
            folder.link(f"{name}/fd/{number}", target)
    return folder


def _are(
    learner: Learner, folder: Folder, inode: int, want: list[int], because: Because = None
) -> None:
    learner.start("socket_owners", inode, folder.path).returns(want, OWNERS, because)


def _has_text(got: Any) -> bool:
    return isinstance(got, list) and any(isinstance(each, str) for each in got)


def _in_text_order(want: list[int]) -> Any:
    """Return the sign of numbers in the order of text, which is none that somebody else gives."""
    wrong = sorted(want, key=str)
    return such(list, lambda got: got == wrong != want[::-1])


@RULES.rule(weight=1)
def each_once_in_order(learner: Learner, steps: Steps, rng: Random) -> None:
    """Each process that holds the socket is there once, by its number; nobody: [].

    持有这个套接字的每个进程出现一次，按号码排列；没有就是 []。
    """
    inode = rng.randrange(5000, 9000)
    it, other = f"socket:[{inode}]", f"socket:[{inode + 1}]"
    folder = _proc(
        steps,
        {
            "412": ["/dev/null", "pipe:[77]", other, it],
            "7": [it, it, other],
            "1034": [other, it],
            "98": ["/dev/null", it],
            "99": [],
        },
    )
    for number, want in ((inode, [7, 98, 412, 1034]), (inode + 1, [7, 412, 1034])):
        _are(learner, folder, number, want, {_has_text: "TXT-08", _in_text_order(want): "ADR-16"})
    _are(learner, folder, inode + 2, [])


@RULES.rule(weight=1, condition="lookalike")
def exactly_that_one(learner: Learner, steps: Steps, rng: Random) -> None:
    """A link to another number, to a pipe or to a file of that name is none.

    指向别的号码、管道或者同名文件的链接都不算。
    """
    inode = rng.randrange(5000, 9000)
    it = f"socket:[{inode}]"
    folder = _proc(
        steps,
        {
            "20": [f"socket:[{inode}1]"],
            "21": [f"socket:[1{inode}]"],
            "22": [f"pipe:[{inode}]"],
            "23": [f"/tmp/{it}", f"{it} (deleted)"],
            "24": [f"anon_inode:[{inode}]", it],
        },
    )
    more: Mistakes = {such(list, lambda got: len(got) > 1 and 24 in got): "PRT-11"}
    _are(learner, folder, inode, [24], more)


@RULES.rule(weight=1, condition="lookalike")
def passed_over(learner: Learner, steps: Steps, rng: Random) -> None:
    """Names that are no number, files, and what is gone, or no link, when it is looked at are
    passed over; the others still count.

    不是数字的名字、文件、查看时已经消失或者不是链接的东西，都跳过；其余的照样算。
    """
    inode = rng.randrange(5000, 9000)
    it = f"socket:[{inode}]"
    lookalikes = ("self", "tcp", "1_0", "+5", "４１", "12a", "-3")
    for name in lookalikes:
        steps.anew()
        folder = _proc(steps, {"412": [it], "7": [it], name: [it]})
        steps.tell(FOLDER, f"holds 412, 7 and {name}", f"里面有 412、7 和 {name}")
        _are(learner, folder, inode, [7, 412])
    for plant, shows, said in (
        (_an_ended_one, "PRT-15", ("56 has ended", "56 已经结束")),
        (_a_list_that_lists_itself, "PRT-15", ("57 is your process", "57 是你的进程")),
        (_a_file, None, ("55 is a file", "55 是文件")),
    ):
        steps.anew()
        folder = _proc(steps, {"412": [it], "7": [it]})
        plant(folder)
        steps.tell(FOLDER, *said)
        _are(learner, folder, inode, [7, 412], {OSError: shows})
    steps.anew()
    folder = _proc(steps, {"7": [it], "98": [], "412": []})  # the link of 7 comes before the files
    files = range(1, FILES + 1)
    for process in ("7", "98", "412"):
        folder.write({f"{process}/fd/{number}": b"no link" for number in files})
    folder.link("98/fd/13", it)
    folder.link("412/fd/200", it)
    steps.tell(FOLDER, f"each fd: 1 link, {FILES} files", f"每个 fd：1 个链接，{FILES} 个文件")
    _are(learner, folder, inode, [7, 98, 412])


def _a_file(folder: Folder) -> None:
    folder.write({"55": b"no process"})


def _an_ended_one(folder: Folder) -> None:
    """A process that has ended: its folder is there, and nothing is in it."""
    folder.make("56")


def _a_list_that_lists_itself(folder: Folder) -> None:
    """Whoever lists the descriptors of its own process sees one that is closed after that."""
    folder.link("57", "/proc/self")
