"""A server of ours for download: what its rules have in common."""

from collections.abc import Callable
from typing import Any, NamedTuple

from autograder.network import Folder, Learner, Packets, Reply, Steps, Talker
from autograder.rules.ch06.shared import WELL_KNOWN
from autograder.rules.tftp import Address, Sending, play, rrq
from autograder.text import YOU, Because, Text, describe

__all__ = [
    "EAGER",
    "MANY",
    "NAME",
    "NEVER",
    "OUT",
    "SHORT_S",
    "Resends",
    "Stepwise",
    "asked",
    "expect_file",
    "fetch",
    "started",
]

NAME, OUT = "notes", "copy"
REQUEST = ("the request", "请求")
NO_FILE = Text("no such file", "没有这个文件")
FILE, SIZE = ("the file", "文件内容"), ("the size returned", "返回的大小")

SHORT_S = 0.01
"""A timeout of download, which every call also waits at its end."""
MANY = 60
"""Tries that a busy machine does not use up."""


class Resends(NamedTuple):
    """After how many seconds without an ACK our server sends a block again, and how often."""

    seconds: float
    copies: int


STEADY, EAGER, NEVER = Resends(0.2, 5), Resends(0.01, 100), Resends(0.5, 0)


class Stepwise(Sending):
    """The sending side, with something to do before each block leaves (numbers from 1)."""

    def __init__(self, content: bytes, peer: Address, before: Callable[[int], None]) -> None:
        super().__init__(content, peer)
        self._before = before

    def start(self) -> Packets:
        """Return block 1."""
        self._before(1)
        return super().start()

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Take a packet; return the next block, if it asks for that."""
        progress = self.progress
        packets = super().feed(packet, address)
        if self.progress != progress:
            self._before(self.progress + 1)
        return packets


def started(
    learner: Learner,
    server: Talker,
    folder: Folder,
    timeout: float = SHORT_S,
    tries: int = MANY,
    *on_progress: Any,
    out: str = OUT,
) -> Reply:
    """Begin a download."""
    path = f"{folder.path}/{out}"
    return learner.start("download", *server.address, NAME, path, timeout, tries, *on_progress)


def asked(steps: Steps, server: Talker, because: Because = "TFT-12") -> Address:
    """Expect the request, and return where it came from."""
    came = server.receive(REQUEST, because)
    steps.expect(REQUEST, got=came.data, want=rrq(NAME), because="TFT-12")
    return came.source


def fetch(
    learner: Learner,
    steps: Steps,
    content: bytes,
    *on_progress: Any,
    because: Because = None,
    request_because: Because = "TFT-12",
    host: str = "127.0.0.1",
    out: str = OUT,
    timeout: float = SHORT_S,
    tries: int = MANY,
    resends: Resends = STEADY,
    before: Callable[[int, Address, Reply], None] = lambda block, client, reply: None,
    folder: Folder | None = None,
) -> Reply:
    """Let download fetch content from a server of ours, and expect it under its name and
    nothing else in the folder. before is called with each new block, the client and its call."""
    server = steps.udp(WELL_KNOWN, host)
    folder = folder or steps.folder()
    reply = started(learner, server, folder, timeout, tries, *on_progress, out=out)
    client = asked(steps, server, request_because)
    side = Stepwise(content, client, lambda block: before(block, client, reply))
    at = server.port()
    seconds, copies = resends
    if not play(steps, server, side, reply, at=at, resend_s=seconds, copies=copies):
        _stands_still(steps, side, reply, because)
    size = reply.result(because=because)
    steps.expect(SIZE, got=size, want=len(content), because=_why(content, because))
    expect_file(steps, folder, content, because, out=out)
    return reply


def _stands_still(steps: Steps, side: Sending, reply: Reply, because: Because) -> None:
    """Fail if both sides wait for each other."""
    if side.error is None and not reply.ended:
        steps.tell(YOU, "nothing more comes", "不再发任何包")
        steps.fail(
            ("the transfer", "传输"),
            got=Text("stands still", "停住了"),
            want=Text("goes on", "继续进行"),
            because=because,
            late=True,
        )


def expect_file(
    steps: Steps, folder: Folder, content: bytes | None, because: Because, *, out: str = OUT
) -> None:
    """Expect this file in the folder, and nothing else; None: nothing at all."""
    files = folder.read()
    others = sorted(files.keys() - {out})
    if others and out not in files and content is not None:
        want = [out]
        steps.expect(
            ("names in the folder", "文件夹里的文件名"), got=others, want=want, because="TFT-18"
        )
    if others:
        what = ("other files in the folder", "文件夹里的其他文件")
        steps.expect(what, got=len(others), want=0, because="TFT-17")
    got = files.get(out)
    if (got is None) != (content is None):
        had, wanted = (NO_FILE if each is None else describe(each) for each in (got, content))
        steps.fail(FILE, got=had, want=wanted, because=because)
    steps.expect(FILE, got=got, want=content, because=_why(content, because))


def _why(content: bytes | None, because: Because) -> Because:
    """Return because, unless what came gives another misconception away."""

    def cites(got: Any) -> str | None:
        if isinstance(got, bytes) and b"EVIL" in got:
            return "TFT-01"
        if isinstance(got, bytes) and content and len(got) > len(content):
            return "TFT-07" if got.endswith(content) else "TFT-02"
        return because(got) if callable(because) else because

    return cites
