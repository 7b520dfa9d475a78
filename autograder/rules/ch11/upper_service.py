"""A server of the learner's under way, and what clients of ours expect of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.deadlines import CALL_S, PATIENCE
from autograder.network import Event, Learner, Lent, Reply, Steps, Stream
from autograder.rules.common import or_hung
from autograder.text import YOU, Because, Happened, Text

__all__ = ["ANSWER", "Service"]

ANSWER = ("the answer", "响应")
END = ("the end of the answers", "响应的结束")
COUNT = ("the number of clients", "客户端个数")
_STOP_S = CALL_S  # the contract says 0.5 s after stop.set(); a busy machine gets more, twice
_REPLACED = "\N{REPLACEMENT CHARACTER}".encode()
_ENDS = (Happened(YOU, Text.of("FIN")), Happened(YOU, Text.of("RST")))
_FALL_S = 0.1 * PATIENCE  # from the end of a connection to that of the server, if it has fallen


@dataclass(frozen=True, slots=True)
class Service:
    """One call of upper_server."""

    steps: Steps
    lent: Lent
    stop: Event
    reply: Reply

    @classmethod
    def begin(cls, learner: Learner, steps: Steps, lent: Lent | None = None) -> "Service":
        """Start the server, on this listener if one is given."""
        lent, stop = lent or steps.tcp.own_listener(), steps.event()
        return cls(steps, lent, stop, learner.start("upper_server", lent, stop))

    def client(self, name: tuple[str, str]) -> Stream:
        """Connect as somebody."""
        return self.steps.tcp.connect(name, self.lent.address, because="STR-43")

    def answers(self, client: Stream, data: bytes, because: str) -> None:
        """Let a client send data; it must come back in capitals."""
        client.send(data)
        self.gives(client, data.upper(), because)

    def gives(self, client: Stream, want: bytes, because: str) -> None:
        """Expect the next bytes that a client reads."""
        cites = self._why(because)
        got = client.read(len(want), ANSWER, cites)
        self.steps.expect(ANSWER, got=got, want=want, because=cites)

    def ends(self, client: Stream, because: str) -> None:
        """Expect a client to read the end, and nothing before it."""
        cites = self._why(because)
        self.steps.expect(END, got=client.read_all(END, cites), want=b"", because=cites)

    def lives(self, because: str) -> None:
        """Fail if the server has ended by itself, with an exception or without."""
        end = time.monotonic() + _FALL_S
        while not self.reply.ended and time.monotonic() < end:
            self.steps.listen(end)
        if self.reply.ended:
            story = self.steps.story  # where its sockets were closed meanwhile depends on the hour
            story[:] = [did for did in story if did not in _ENDS]
            told = self.reply.asked
            value = (self.reply.value if told else self.reply.result)(because=_raised(because))
            self.steps.fail(
                ("the server", "服务器"),
                got=Text(f"returned {value!r:.40}", f"返回 {value!r:.40}"),
                want=Text("still serving, as stop is not set", "stop 还没有设置，应当继续服务"),
                because=because,
            )

    def silence(self, seconds: float) -> None:
        """Let nobody send for so long; the server must go on."""
        self.steps.tell(YOU, f"{seconds:g} s of silence", f"{seconds:g} s 没有动静")
        end = time.monotonic() + seconds
        while not self.reply.ended and time.monotonic() < end:
            self.steps.listen(end)
        if self.reply.ended:
            self.lives("UDP-22")

    def stops(self, count: int, because: str = "UDP-16") -> None:
        """Set stop; the server must return count in time and leave its listener open."""
        self.steps.tell(YOU, "stop.set()", "stop.set()")
        self.stop.set()
        hung = or_hung(self.reply, None, because)
        got = self.reply.result(within=_STOP_S, because=hung)
        self.steps.expect(COUNT, got=got, want=count)
        self.reply.left_open(self.lent, "STR-43")
        self.reply.closed_its_sockets()

    def _why(self, because: str) -> Because:
        """Return what to cite. A server that has fallen says more than the wire: it is told."""
        fallen = _raised(because)

        def cites(got: Any) -> str | None:
            if isinstance(got, Exception):
                return fallen(got)
            if isinstance(got, bytes):
                # What was replaced is no longer what it was; what is there was changed.
                return "TXT-13" if because == "TXT-02" and _REPLACED not in got else because
            self.lives(because)
            return because

        return cites


def _raised(because: str) -> Callable[[Any], str]:
    """Return what an exception that ends the server shows."""

    def cites(got: Any) -> str:
        match got:
            case UnicodeEncodeError():
                return "TXT-13"
            case UnicodeDecodeError():
                return because if because.startswith("TXT") else "TXT-03"
        return because

    return cites
