"""07.5 serve, continued: requests that are refused, or written as others write them."""

from random import Random
from typing import Any

from autograder.exercise import Rules
from autograder.network import Learner, Steps, Talker
from autograder.rules.ch07.serving import (
    ANNA,
    ANSWER,
    BEN,
    WAIT_S,
    Server,
    fetch,
    finish,
    serving,
    store,
)
from autograder.rules.ch07.shared import TWO_BLOCKS, said
from autograder.rules.tftp import Receiving, Sending, ack, data, error, oack, rrq, wrq
from autograder.text import Because, Text

__all__ = ["RULES"]

RULES = Rules()


def _refused(server: Server, client: Talker, request: bytes, code: int, because: Because) -> None:
    """Send a request and expect an ERROR with that code, from a new port."""
    client.send(request, server.sock.address)
    came = client.receive(ANSWER, server.died(because), WAIT_S)
    if came.data[:4] != error(code)[:4] or not came.data.endswith(b"\0"):
        want = Text(f"ERROR {code}, a text and a NUL", f"ERROR {code}，说明文字，NUL")
        server.steps.fail(ANSWER, got=said(came.data), want=want, because=because)


@RULES.rule(weight=2, condition="refused", misconception="TFT-05")
def no_such_file(learner: Learner, steps: Steps, rng: Random) -> None:
    """RRQ of a file that is not there, or of a folder, gets ERROR 1, and service goes on.

    RRQ 的文件不存在，或者是文件夹：回 ERROR 1，服务继续。
    """
    server = serving(learner, steps, {"pub/a": b"1", "pub/sub/b": b"2"})
    for name in ("missing", "sub", "sub/missing", "none/missing", "a/b"):
        _refused(server, steps.udp(ANNA), rrq(name), 1, "TFT-05")
    fetch(server, steps.udp(ANNA), rrq("a"), b"1", "TFT-05")


@RULES.rule(weight=3, condition="hostile", misconception="STR-21")
def outside_the_folder(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that leads out of root gets ERROR 2, to read and to write; nothing is made there.

    指向 root 之外的名字：读和写都回 ERROR 2，外面什么也不建立。
    """
    files = {"pub/a": b"1", "pub-secret/a": b"!", "secret": b"!"}
    server = serving(learner, steps, files)
    server.folder.link("pub/door", "../secret")
    server.folder.link("pub/new", "../stolen")
    for name in ("../secret", "../pub-secret/a", "door", "/etc/hostname"):
        _refused(server, steps.udp(ANNA), rrq(name), 2, "STR-21")
    for name in ("../stolen", "../pub-secret/new", "new"):
        _refused(server, steps.udp(ANNA), wrq(name), 2, "STR-21")
    fetch(server, steps.udp(ANNA), rrq("a"), b"1", "STR-21")
    server.holds(files, "STR-21")


@RULES.rule(weight=2, condition="refused", misconception="TXT-01")
def other_modes(learner: Learner, steps: Steps, rng: Random) -> None:
    """Any other mode gets ERROR 4; octet may be written in any case of letters.

    其他模式回 ERROR 4；octet 不分大小写。
    """
    server = serving(learner, steps, {"pub/a": b"1\n"})
    for packet in (rrq("a", "netascii"), wrq("new", "mail"), rrq("a", "octets"), rrq("a", "")):
        _refused(server, steps.udp(ANNA), packet, 4, "TXT-01")
    for mode in ("OCTET", "Octet"):
        fetch(server, steps.udp(ANNA), rrq("a", mode), b"1\n", "TXT-01")
    store(server, steps.udp(ANNA), "b", b"2\n", "TXT-01", mode="ocTet")
    server.holds({"pub/a": b"1\n", "pub/b": b"2\n"}, "TXT-01")


@RULES.rule(weight=2, condition="refused", misconception="TFT-18")
def names_that_exist(learner: Learner, steps: Steps, rng: Random) -> None:
    """WRQ of a name that exists, file or folder, gets ERROR 6, and nothing changes.

    WRQ 的名字已经存在（文件或文件夹）：回 ERROR 6，什么也不变。
    """
    files = {"pub/a": b"1", "pub/sub/b": b"2"}
    server = serving(learner, steps, files)
    for name in ("a", "sub", "sub/b"):
        _refused(server, steps.udp(ANNA), wrq(name), 6, "TFT-18")
    store(server, steps.udp(ANNA), "c", b"3", "TFT-18")
    _refused(server, steps.udp(ANNA), wrq("c"), 6, "TFT-18")
    server.holds({**files, "pub/c": b"3"}, "TFT-18")


# -- requests as strangers write them --------------------------------------------------------------

OPTIONS: tuple[dict[str, Any], ...] = (
    {"tsize": 0, "blksize": 512, "timeout": 6},  # curl
    {"blksize": 65464, "tsize": 0},  # busybox
    {"windowsize": 4, "": ""},
)


@RULES.rule(weight=2, misconception="TFT-20")
def options_are_ignored(learner: Learner, steps: Steps, rng: Random) -> None:
    """Strings after the mode are ignored: the answer is DATA 1, or ACK 0, as without them.

    模式后面的字符串一律忽略：应答仍是 DATA 1 或 ACK 0，和没有它们时一样。
    """
    content = rng.randbytes(TWO_BLOCKS)
    server = serving(learner, steps, {"pub/a": content})
    for number, options in enumerate(OPTIONS):
        reading = Receiving(server.sock.address, rrq("a", **options))
        writing = Sending(content, server.sock.address, wrq(f"new{number}", **options))
        for side, first in ((reading, data(1)), (writing, ack(0))):
            anna = steps.udp(ANNA)
            anna.send(side.start()[0][0], server.sock.address)
            came = anna.receive(ANSWER, server.died("TFT-20"), WAIT_S)
            if came.data[:4] != first:
                want = Text("DATA 1 or ACK 0", "DATA 1 或 ACK 0")
                steps.fail(ANSWER, got=said(came.data), want=want)
            finish(server, anna, side, came, "TFT-20")
        steps.expect(("the file", "文件"), got=reading.content, want=content)
        server.shows(f"new{number}", content, "TFT-20")


@RULES.rule(weight=3, condition="binary", misconception="TFT-14")
def garbage_ends_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """What is no request gets ERROR 4 or nothing, and service goes on.

    不是请求的包，回 ERROR 4 或不予理会，服务继续。
    """
    server = serving(learner, steps, {"pub/a": b"1"})
    cut = (b"", b"\0", b"\0\1", b"\0\2", b"\0\1a", b"\0\2a", b"\0\1a\0", b"\0\2a\0")
    others = data(1, b"x"), b"\0\4\0\1", error(0, "no"), oack(blksize=8), b"\0\7a\0octet\0"
    noise = [b"\xff" + rng.randbytes(size).replace(b"\0", b"0") for size in range(0, 50, 7)]
    for packet in (*cut, *others, b"\0\0a\0octet\0", b"\1\1a\0octet\0", *noise):
        ben = steps.udp(BEN)
        ben.send(packet, server.sock.address)
        fetch(server, steps.udp(ANNA), rrq("a"), b"1", "TFT-14")
        for came in ben.drain():
            if came.data[:4] != error(4)[:4]:
                want = Text("ERROR 4, or nothing", "ERROR 4，或者什么也不发")
                steps.fail(ANSWER, got=said(came.data), want=want)


@RULES.rule(weight=2, condition="binary", misconception="UDP-10")
def odd_names_end_nothing(learner: Learner, steps: Steps, rng: Random) -> None:
    """A name that is no text, or longer than names may be, does not end the server.

    不是文本的名字、超长的名字，都不会让服务器退出。
    """
    server = serving(learner, steps, {"pub/a": b"1", "pub/笔记": "你好".encode()})
    for name in (b"\xff\xfe", b"n" * 300, b"s/" * 2500):
        for opcode in (b"\0\1", b"\0\2"):
            steps.udp(BEN).send(opcode + name + b"\0octet\0", server.sock.address)
            fetch(server, steps.udp(ANNA), rrq("a"), b"1", "UDP-10")
    steps.udp(BEN).send(b"\0\1a\0\xff\xfe\0", server.sock.address)
    fetch(server, steps.udp(ANNA), rrq("a"), b"1", "UDP-10")
    fetch(server, steps.udp(ANNA), rrq("笔记"), "你好".encode(), "TXT-01")
