"""A server of the learner's under way, and clients of ours that read and write its files."""

import time
from dataclasses import dataclass
from typing import Any

from autograder.deadlines import CALL_S, PATIENCE
from autograder.network import (
    Datagram,
    Event,
    Folder,
    Learner,
    Packets,
    Reply,
    Steps,
    Talker,
    UDPPeer,
)
from autograder.rules import tftp
from autograder.rules.tftp import Receiving, Sending, wrq
from autograder.text import YOU, Because, Text

__all__ = [
    "ANNA",
    "ANSWER",
    "BEN",
    "CARLA",
    "WAIT_S",
    "Server",
    "fetch",
    "finish",
    "serving",
    "store",
]

ANNA, BEN, CARLA = ("anna", "安娜"), ("ben", "小本"), ("carla", "小卡")
WAIT_S = 1.0 * PATIENCE  # for what is due at once
PATIENT_S = 1.2 * PATIENCE  # that our clients wait, where nothing gets lost
ANSWER, FILE = ("the answer", "应答"), ("the file", "文件")


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the learner's; files are in its folder, those it serves in "pub" there."""

    steps: Steps
    sock: UDPPeer
    folder: Folder
    stop: Event
    reply: Reply

    def lives(self, because: Because) -> None:
        """Fail if it has ended."""
        if self.reply.ended:
            value = self.reply.result(because=self.died(because))
            got = Text(f"returned {value!r:.40}", f"返回 {value!r:.40}")
            want = Text("still serving, as stop is not set", "stop 还没有设置，应当继续服务")
            self.steps.fail(("the server", "服务器"), got=got, want=want, because="UDP-22")

    def died(self, because: Because) -> Because:
        """Return what to cite: because, unless it has died of a name or of a file."""

        def cites(got: Any) -> str | None:
            if isinstance(got, (UnicodeError, OSError)) and not isinstance(got, TimeoutError):
                return "UDP-10"
            return because(got) if callable(because) else because

        return cites

    def shows(self, name: str, content: bytes, because: Because) -> None:
        """Wait until a new file is there."""
        end = time.monotonic() + WAIT_S
        while (got := self.folder.read().get(f"pub/{name}")) != content:
            self.lives(because)
            if time.monotonic() >= end:
                self._misses(got, content, because)
            self.steps.listen(min(end, time.monotonic() + 0.004))

    def _misses(self, got: bytes | None, content: bytes, because: Because) -> None:
        if got is not None:
            self.steps.fail(FILE, got=got, want=content, because=because)
        size = len(content)
        want = Text(f"{size} byte{'s' * (size != 1)}", f"{size} 个字节")
        missing = Text("no file of that name", "没有这个名字的文件")
        self.steps.fail(FILE, got=missing, want=want, because=because, late=True)

    def holds(self, files: dict[str, bytes], because: Because) -> None:
        """Expect these files and no others in its folder."""
        found = self.folder.read()
        for name in sorted(found.keys() - files.keys()):
            got, want = (
                Text(f"{name} as well", f"还有 {name}"),
                Text("no other file", "没有别的文件"),
            )
            self.steps.fail(("the folder", "文件夹"), got=got, want=want, because=because)
        for name, content in files.items():
            what = f"the file {name}", f"文件 {name}"
            self.steps.expect(what, got=found.get(name), want=content, because=because)

    def ends(self, count: int | None = None) -> None:
        """Set stop; it must return in time, with that count of transfers if one is given."""
        self.steps.tell(YOU, "stop.set()", "stop.set()")
        self.stop.set()
        value = self.reply.result(within=CALL_S, because="UDP-16")
        if count is not None:
            what = ("the number of transfers", "传输的次数")
            self.steps.expect(what, got=value, want=count)


def serving(
    learner: Learner, steps: Steps, files: dict[str, bytes] | None = None, host: str = "127.0.0.1"
) -> Server:
    """Start a server on the sub-folder "pub" of a folder with these files."""
    folder = steps.folder(files or {})
    if not files:
        folder.make("pub")
    sock, stop = steps.own_socket(host), steps.event()
    reply = learner.start("serve", sock, f"{folder.path}/pub", stop)
    return Server(steps, sock, folder, stop, reply)


def fetch(
    server: Server,
    client: Talker,
    request: bytes,
    content: bytes,
    because: Because,
    resend_s: float = PATIENT_S,
    copies: int = 0,
) -> None:
    """Read a file (RRQ); expect that content."""
    side = Receiving(server.sock.address, request)
    _play(server, client, side, because, resend_s, copies)
    if not side.done:
        count = f"{len(side.content)} / {len(content)}"
        got = Text(f"{count} bytes, then silence", f"{count} 个字节，然后没有动静")
        want = Text("the whole file", "整个文件")
        server.steps.fail(FILE, got=got, want=want, because=because, late=True)
    server.steps.expect(FILE, got=side.content, want=content, because=because)


def store(
    server: Server,
    client: Talker,
    name: str,
    content: bytes,
    because: Because,
    resend_s: float = PATIENT_S,
    copies: int = 0,
    **request: Any,
) -> None:
    """Write a file (WRQ); expect it to be there in the end."""
    side = _Writing(server, client, name, content, **request)
    _play(server, client, side, because, resend_s, copies)
    server.shows(name, content, because)


class _Writing(Sending):
    """Ends when the file is there, whatever becomes of the last ACK. It does not repeat a WRQ
    that has arrived: two uploads of one name at once are not asked."""

    def __init__(
        self, server: Server, client: Talker, name: str, content: bytes, **request: Any
    ) -> None:
        super().__init__(content, server.sock.address, wrq(name, **request))
        self._server, self._client, self._file = server, client, (f"pub/{name}", content)

    def on_timeout(self) -> Packets:
        name, content = self._file
        self.done = self._server.folder.read().get(name) == content
        return [] if self.tid is None and self._client.delivered else super().on_timeout()


def _play(
    server: Server,
    client: Talker,
    side: Receiving | Sending,
    because: Because,
    resend_s: float,
    copies: int,
) -> None:
    ended = tftp.play(server.steps, client, side, server.reply, resend_s=resend_s, copies=copies)
    server.lives(because)
    if not ended and copies:
        _tell_once(server.steps, client)
    if side.error:
        code, text = side.error
        got = Text(f"ERROR {code} {text!r:.40}", f"ERROR {code} {text!r:.40}")
        want = Text("no ERROR", "没有 ERROR")
        server.steps.fail(("the transfer", "传输"), got=got, want=want, because=because)


def _tell_once(steps: Steps, client: Talker) -> None:
    """Let the story tell once what was sent again and again in vain."""
    while len(steps.story) > 1 and steps.story[-1] == steps.story[-2]:
        steps.story.pop()
    steps.tell(client.name, "again and again", "一再重发")


def finish(
    server: Server, client: Talker, side: Receiving | Sending, came: Datagram, because: Because
) -> None:
    """Play the rest of a transfer, by hand, after the first answer has come."""
    while True:
        for packet, to in side.feed(came.data, came.source):
            client.send(packet, to)
        if side.done:
            break
        came = client.receive(ANSWER, server.died(because), WAIT_S)
