"""A download from a server of ours, and what its rules expect of it."""

from collections.abc import Callable
from typing import Any

from autograder.network import Folder, Learner, Packets, Reply, Steps
from autograder.rules.ch06.shared import WELL_KNOWN, spoilt
from autograder.rules.common import REQUEST
from autograder.rules.tftp import RRQ, Address, Sending, opcode, play, rrq
from autograder.text import YOU, Hang, Mistakes, Proof, Text, describe, such

__all__ = ["EAGER", "MANY", "NEVER", "OTHERS", "OUT", "SHORT_S", "Download"]

OUT = "copy"
OTHERS = ("other files in the folder", "目录里的其他文件")
FILE, NO_FILE = ("the file", "文件内容"), Text("no such file", "没有这个文件")

SHORT_S = 0.01
"""A timeout of download, which every call also waits at its end."""
MANY = 60
"""Tries that a busy machine does not use up."""

STEADY, EAGER, NEVER = (0.2, 5), (0.01, 100), (0.5, 0)
"""After how many seconds without an ACK our server sends a block again, and how often."""


class _Stepwise(Sending):
    """The sending side, with something to do before each next block leaves."""

    def __init__(self, content: bytes, peer: Address, before: Callable[[int], None]) -> None:
        super().__init__(content, peer)
        self._before = before

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Take a packet; return the next block, if it asks for that."""
        progress = self.progress
        packets = super().feed(packet, address)
        if self.progress != progress:
            self._before(self.progress + 1)
        return packets


class Download:
    """A call of download that has asked a server of ours.

    Attributes:
        server, folder: our server, and where the file is to be.
        reply: the end of the call.
        client: where it asked from.
    """

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        timeout: float = SHORT_S,
        tries: int = MANY,
        *on_progress: Callable[..., None],
        host: str = "127.0.0.1",
        folder: Folder | None = None,
        name: str = "notes",
        out: str = OUT,
        unasked: str = "TFT-12",
    ) -> None:
        """Begin it, and expect its request for name; unasked is cited where none comes."""
        self._steps, self._out = steps, out
        self.server = steps.udp(WELL_KNOWN, host)
        self.folder = folder or steps.folder()
        place = *self.server.address, name, f"{self.folder.path}/{out}"
        self.reply = learner.start("download", *place, timeout, tries, *on_progress)
        asks_otherwise = such(bytes, lambda got: opcode(got) != RRQ)
        signs: Mistakes = {asks_otherwise: "TFT-12", (TimeoutError, Hang): unasked}
        self.client = self.server.expect(rrq(name), REQUEST, signs).source
        self._at = self.server.port()

    def sends(self, packet: bytes) -> None:
        """Let the server answer, from the port of this transfer."""
        self.server.send(packet, self.client, source=self._at)

    def fetches(
        self,
        content: bytes,
        because: str | None = None,
        resends: tuple[float, int] = STEADY,
        before: Callable[[int], None] = lambda block: None,
    ) -> Reply:
        """Let the server send content; expect it under its name, and nothing else in the folder.

        before is called with the number of each new block.
        """
        steps, side = self._steps, _Stepwise(content, self.client, before)
        after, copies = resends
        before(1)
        served = play(
            steps, self.server, side, self.reply, at=self._at, resend_s=after, copies=copies
        )
        if not (served or side.error or self.reply.ended):
            steps.tell(YOU, "nothing more comes", "不再发任何包")
            got, want = Text("stands still", "停住了"), Text("goes on", "继续进行")
            steps.fail(("the transfer", "传输"), got=got, want=want, because=because, late=True)
        self.reply.returns(len(content), ("the size returned", "返回的大小"), because)
        self.leaves(content, because)
        return self.reply

    def leaves(self, content: bytes | None, because: str | None = None) -> None:
        """Expect this file in the folder, and nothing else; None: nothing at all."""
        steps, files = self._steps, self.folder.read()
        others = sorted(files.keys() - {self._out})
        if others and self._out not in files and content is not None:
            names = ("names in the folder", "目录里的文件名")
            steps.fail(names, got=others, want=[self._out], because=Proof("TFT-18"))
        steps.expect(OTHERS, got=len(others), want=0, because=Proof("TFT-17"))
        pair: tuple[Any, ...] = files.get(self._out), content
        if None in pair:
            pair = tuple(NO_FILE if each is None else describe(each) for each in pair)
        got, want = pair
        steps.expect(FILE, got=got, want=want, because=(spoilt(content or b"", "TFT-07"), because))
