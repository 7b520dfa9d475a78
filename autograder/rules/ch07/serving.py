"""serve under way, and clients of ours that read and write its files."""

from collections.abc import Callable
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import WIRE_S, stretched
from autograder.network import Datagram, Learner, Packets, Server, Steps, Talker
from autograder.rules.common import ANNA, AT_THE_KEYBOARD
from autograder.rules.tftp import Receiving, Sending, play, wrq
from autograder.text import Because, Text, such
from autograder.text.because import Mistakes

__all__ = ["ANSWER", "MISTAKES", "TIMEOUT_S", "TRANSFERS", "TRIES", "FileServer", "Transfer"]

TIMEOUT_S, TRIES = 0.1, 5
"""Those of the learner's server: the chapter's setup cell has the same."""

ANSWER, FILE = ("the answer", "响应"), ("the file", "文件")
TRANSFERS = ("the number of transfers", "传输的次数")

LOOK_S = 0.004  # between two looks at what nobody tells us
LOOPBACK = "127.0.0.1"

Files = dict[str, bytes]  # by name


def _died_of_a_request(got: Any) -> bool:
    """Tell whether that is what a bad name or a missing file raises."""
    return isinstance(got, (ValueError, OSError)) and not isinstance(got, TimeoutError)


_is_text_again = such(bytes, lambda got: b"\xef\xbf\xbd" in got)

MISTAKES: Mistakes = {_died_of_a_request: "UDP-10", _is_text_again: "WEB-16", **AT_THE_KEYBOARD}


class FileServer(Server):
    """A call of serve.

    Attributes:
        folder: in its sub-folder "pub" lies what is served.
        resends: after how many seconds our clients send again, and how often.
    """

    resends = stretched(1.2), 0

    def __init__(
        self, learner: Learner, steps: Steps, files: Files | None = None, host: str = LOOPBACK
    ) -> None:
        self.folder = steps.folder(files)
        if not files:
            self.folder.make("pub")
        super().__init__(learner, steps, "serve", steps.own_socket(host), f"{self.folder.path}/pub")

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait a while for something that nobody tells us, or until the server has ended."""
        end = CLOCK.limit(WIRE_S)
        while not condition() and not CLOCK.passed(end) and not self.reply.wait(LOOK_S):
            pass

    # -- its files -----------------------------------------------------------------------------

    def file(self, name: str) -> bytes | None:
        """Return one of the files that it serves."""
        return self.folder.read().get(f"pub/{name}")

    def shows(self, name: str, content: bytes, because: Because = None) -> None:
        """Expect a new file, soon."""
        self.until(lambda: self.file(name) == content)
        if (got := self.file(name)) == content:
            return
        self.lives(because)
        if got is not None:
            self.steps.fail(FILE, got=got, want=content, because=because)
        size = len(content)
        want = Text(f"{size} byte{'s' * (size != 1)}", f"{size} 个字节")
        missing = Text("no file of that name", "没有这个名字的文件")
        self.steps.fail(FILE, got=missing, want=want, because=because, late=True)

    def holds(self, files: Files, because: Because = None) -> None:
        """Expect these files, and no others in its folder, soon."""
        self.until(lambda: self.folder.read().keys() == files.keys())
        found = self.folder.read()
        for name in sorted(found.keys() - files.keys()):
            got = Text(f"{name} as well", f"还有 {name}")
            want = Text("no other file", "没有别的文件")
            self.steps.fail(("the folder", "目录"), got=got, want=want, because=because)
        for name, content in files.items():
            what = (f"the file {name}", f"文件 {name}")
            self.steps.expect(what, got=found.get(name), want=content, because=because)

    # -- our clients ---------------------------------------------------------------------------

    def sends(
        self, request: bytes, content: bytes, because: Because = None, client: Text = ANNA
    ) -> None:
        """Read a file (RRQ); expect that content."""
        side = Receiving(self.address, request)
        self._play(self.steps.udp(client), side, because)
        if not side.done:
            count = f"{len(side.content)} / {len(content)}"
            got = Text(f"{count} bytes, then silence", f"{count} 个字节，然后没有动静")
            want = Text("the whole file", "整个文件")
            self.steps.fail(FILE, got=got, want=want, because=because, late=True)
        self.steps.expect(FILE, got=side.content, want=content, because=because)

    def stores(
        self, name: str, content: bytes, because: Because = None, mode: str = "octet"
    ) -> None:
        """Write a file (WRQ); expect it to be there in the end."""
        anna = self.steps.udp(ANNA)
        self._play(anna, _Writing(self, anna, name, content, mode), because)
        self.shows(name, content, because)

    def _play(self, client: Talker, side: Receiving | Sending, because: Because) -> None:
        seconds, copies = self.resends
        if not play(self.steps, client, side, self.reply, resend_s=seconds, copies=copies):
            self.lives(because)
            if copies:
                self.steps.fold(client.name, "again and again", "一再重发")
        if side.error:
            code, text = side.error
            got = Text.of(f"ERROR {code} {text!r:.40}")
            want = Text("no ERROR", "没有 ERROR")
            self.steps.fail(("the transfer", "传输"), got=got, want=want, because=because)


class _Writing(Sending):
    """Ends when the file is there, whatever becomes of the last ACK. It does not repeat a WRQ
    that has arrived: two uploads of one name at once are not asked."""

    def __init__(
        self, server: FileServer, client: Talker, name: str, content: bytes, mode: str
    ) -> None:
        super().__init__(content, server.address, wrq(name, mode))
        self._server, self._client, self._name, self._content = server, client, name, content

    def on_timeout(self) -> Packets:
        self.done = self._server.file(self._name) == self._content
        return [] if self.tid is None and self._client.delivered else super().on_timeout()


class Transfer:
    """A transfer of a client of ours, step by step."""

    def __init__(self, server: FileServer, client: Text, side: Receiving | Sending) -> None:
        self.client, self._side = server.steps.udp(client), side
        self._due = side.start()

    def speaks(self) -> None:
        """Send what is due."""
        for packet, to in self._due:
            self.client.send(packet, to)

    def goes_on(self, because: Because = None, within: float = WIRE_S) -> Datagram:
        """Send what is due, and return the answer."""
        self.speaks()
        came = self.client.receive(ANSWER, because, within)
        self._due = self._side.feed(came.data, came.source)
        return came

    def ends(self, because: Because = None) -> None:
        """Do all that is left to do."""
        while not self._side.done:
            self.goes_on(because)
        self.speaks()
