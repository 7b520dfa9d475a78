"""07.5 serve, continued: requests that are refused, or written as others write them."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps
from autograder.rules.ch07.serving import ANSWER, FileServer, Transfer
from autograder.rules.ch07.shared import TWO_BLOCKS
from autograder.rules.common import ANNA, BEN, named
from autograder.rules.tftp import Receiving, Sending, ack, data, error, oack, rrq, said, wrq
from autograder.text import Mistakes, Proof, Text, such

__all__ = ["RULES"]
RULES = Rules()


def _refused(server: FileServer, code: int, *requests: bytes) -> None:
    """Send requests and expect an ERROR with that code to each."""
    for request in requests:
        anna = server.steps.udp(ANNA)
        anna.send(request, server.address)
        came = anna.receive(ANSWER).data
        if came[:4] != error(code)[:4] or not came.endswith(b"\0"):
            want = Text(f"ERROR {code}, a text and a NUL", f"ERROR {code}，说明文字，NUL")
            server.steps.fail(ANSWER, got=said(came), want=want)


@RULES.rule(weight=2, misconception="TFT-05")
def no_such_file(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ of a file that is not there, or of a folder, gets ERROR 1, and service goes on.

    RRQ 的文件不存在，或者是目录：回 ERROR 1，服务继续。
    """
    server = FileServer(learner, steps, {"pub/a": b"1", "pub/sub/b": b"2"})
    _refused(server, 1, *map(rrq, ("missing", "sub", "sub/missing", "none/missing", "a/b")))
    server.sends(rrq("a"), b"1")


@RULES.rule(weight=3, condition="hostile", misconception="STR-21")
def outside_the_folder(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that leads out of root gets ERROR 2, to read and to write; nothing is made there.

    指向 root 之外的名字：读和写都回 ERROR 2，外面什么也不建立。
    """
    files = {"pub/a": b"1", "pub-secret/a": b"!", "secret": b"!"}
    server = FileServer(learner, steps, files)
    server.folder.link("pub/door", "../secret")
    server.folder.link("pub/new", "../stolen")
    _refused(server, 2, *map(rrq, ("../secret", "../pub-secret/a", "door", "/etc/hostname")))
    _refused(server, 2, *map(wrq, ("../stolen", "../pub-secret/new", "new")))
    server.sends(rrq("a"), b"1")
    server.holds(files)


@RULES.rule(weight=2)
def other_modes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any other mode gets ERROR 4; octet may be written in any case of letters.

    其他模式回 ERROR 4；octet 不分大小写。
    """
    server = FileServer(learner, steps, {"pub/a": b"1\n"})
    others = rrq("a", "netascii"), wrq("new", "mail"), rrq("a", "octets"), rrq("a", "")
    _refused(server, 4, *others)
    for mode in ("OCTET", "Octet"):
        server.sends(rrq("a", mode), b"1\n")
    server.stores("b", b"2\n", mode="ocTet")
    server.holds({"pub/a": b"1\n", "pub/b": b"2\n"})


@RULES.rule(weight=2, misconception="TFT-18")
def names_that_exist(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ of a name that exists, file or folder, gets ERROR 6, and nothing changes.

    WRQ 的名字已经存在（文件或目录）：回 ERROR 6，什么也不变。
    """
    files = {"pub/a": b"1", "pub/sub/b": b"2"}
    server = FileServer(learner, steps, files)
    _refused(server, 6, wrq("a"), wrq("sub"), wrq("sub/b"))
    server.stores("c", b"3")
    _refused(server, 6, wrq("c"))
    server.stores("C", b"4")  # which is another name
    server.sends(rrq("C"), b"4")
    server.holds({**files, "pub/c": b"3", "pub/C": b"4"})


# -- requests as strangers write them --------------------------------------------------------------

OPTIONS: tuple[dict[str, Any], ...] = (
    {"tsize": 0, "blksize": 512, "timeout": 6},  # curl
    {"blksize": 65464, "tsize": 0},  # busybox
    {"windowsize": 4, "": ""},
)


@RULES.rule(weight=2, misconception="TFT-20")
def options_are_ignored(learner: Learner, steps: Steps, rng: Random) -> None:
    """Strings after the mode are ignored: the answer is DATA 1, or ACK 0, as without them.

    模式后面的字符串一律忽略：响应仍是 DATA 1 或 ACK 0，和没有它们时一样。
    """
    content = rng.randbytes(TWO_BLOCKS)
    server = FileServer(learner, steps, {"pub/a": content})
    for number, options in enumerate(OPTIONS):
        reading = Receiving(server.address, rrq("a", **options))
        writing = Sending(content, server.address, wrq(f"new{number}", **options))
        for side, first in ((reading, data(1)), (writing, ack(0))):
            transfer = Transfer(server, ANNA, side)
            came = transfer.goes_on("TFT-20").data
            if came[:4] != first:
                want = Text("DATA 1 or ACK 0", "DATA 1 或 ACK 0")
                steps.fail(ANSWER, got=said(came), want=want)
            transfer.ends("TFT-20")
        steps.expect(("the file", "文件"), got=reading.content, want=content)
        server.shows(f"new{number}", content)


@RULES.rule(weight=3)
def garbage_ends_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is no request gets ERROR 4 or nothing, and service goes on.

    不是请求的包，回 ERROR 4 或不予理会，服务继续。
    """
    server = FileServer(learner, steps, {"pub/a": b"1"})
    cut = (b"", b"\0", b"\0\1", b"\0\2", b"\0\1a", b"\0\2a", b"\0\1a\0", b"\0\2a\0")
    others = data(1, b"x"), b"\0\4\0\1", error(0, "no"), oack(blksize=8), b"\0\7a\0octet\0"
    noise = [b"\xff" + rng.randbytes(size).replace(b"\0", b"0") for size in range(0, 50, 7)]
    for packet in (*cut, *others, b"\0\0a\0octet\0", b"\1\1a\0octet\0", *noise):
        ben = steps.udp(BEN)
        ben.send(packet, server.address)
        server.sends(rrq("a"), b"1", UNMEASURED)
        for came in ben.drain():
            if came.data[:4] != error(4)[:4]:
                head = f"{packet[:4].hex(' ')}{' …' * (len(packet) > 4)}"
                what = (f"the answer to {head}", f"对 {head} 的响应")
                want = Text("ERROR 4, or nothing", "ERROR 4，或者什么也不发")
                one_byte = Proof("TXT-06") if packet[:2] == b"\1\1" else None
                steps.fail(what, got=said(came.data), want=want, because=one_byte)


_cut_short = such(ValueError, lambda got: "to unpack" in str(got))

UNMEASURED: Mistakes = {(named("error", "IndexError")): "TFT-14", _cut_short: "TFT-14"}
"""Where what came may be too short; who measures, and raises, has another belief."""


@RULES.rule(weight=2, condition="binary", misconception="UDP-10")
def odd_names_end_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that is no text, or longer than names may be, does not end the server.

    不是文本的名字、超长的名字，都不会让服务器退出。
    """
    server = FileServer(learner, steps, {"pub/a": b"1", "pub/笔记": "你好".encode()})
    names = b"\xff\xfe", b"n" * 300, b"s/" * 2500
    odd = [opcode + name + b"\0octet\0" for name in names for opcode in (b"\0\1", b"\0\2")]
    for request in (*odd, b"\0\1a\0\xff\xfe\0"):
        steps.udp(BEN).send(request, server.address)
        server.sends(rrq("a"), b"1", "UDP-10")
    server.sends(rrq("笔记"), "你好".encode(), "TXT-01")
