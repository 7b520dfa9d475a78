"""What rules of chapter 17 expect of a chat room: who comes in, speaks, is told, and leaves."""

from autograder.clock import CLOCK
from autograder.deadlines import LEFT_S, WIRE_S
from autograder.network import Learner, Server, Steps, Stream
from autograder.rules.echo import SMALL
from autograder.text import YOU, Because, Hang, Happened, Mistakes, Proof, Text, such

__all__ = ["LINE", "SENDS", "ChatRoom"]

LINE = ("a line", "一行")
SNDBUF = 16_384  # bytes

SENDS: Mistakes = {such(Hang, lambda got: "send" in got.line): "EPL-18"}
"""It stands in a send."""


class ChatRoom(Server):
    """One call of chat_room, and what members hear."""

    def __init__(self, learner: Learner, steps: Steps, backlog: int = 16) -> None:
        lent = steps.tcp.own_listener(backlog=backlog, buffer=SNDBUF)
        super().__init__(learner, steps, "chat_room", lent)
        self.inside: list[Stream] = []
        self._called: dict[int, str] = {}

    def joins(self, name: tuple[str, str], called: str, *, little: bool = False) -> Stream:
        """Let somebody come in; the others are told. Little fits to them before they read."""
        because = {ConnectionRefusedError: "STR-43"}
        buffer = SMALL if little else None
        stream = self.steps.tcp.connect(name, self.address, because, buffer=buffer)
        there = ", ".join(self._called[id(each)] for each in self.inside) or "nobody"
        self.says(stream, called)
        self._admitted(stream)
        self.hears(stream, f"* with you: {there}")
        self.told(f"* {called} joined")
        self.inside.append(stream)
        self._called[id(stream)] = called
        return stream

    def _admitted(self, stream: Stream) -> None:
        """Fail if somebody is thrown out at once; whether by FIN or RST differs from run to run."""
        deadline = CLOCK.limit(WIRE_S)
        while not (stream.received or stream.is_over or CLOCK.passed(deadline)):
            stream.hear(deadline)
        if stream.is_over and not stream.received:
            self.lives(None)
            self.steps.forget(*(Happened(YOU, Text.of(how)) for how in ("FIN", "RST")))
            want, got = Text("open", "保持打开"), Text("ended at once", "马上就结束了")
            what = ("the newcomer's connection", "新来者的连接")
            self.steps.fail(what, got=got, want=want, because=Proof("EPL-17"))

    def says(self, stream: Stream, text: str, end: bytes = b"\n") -> None:
        """Let somebody send a line."""
        stream.send(text.encode() + end)

    def hears(self, stream: Stream, text: str, because: Because = None) -> None:
        """Expect a line at somebody's, within a second."""
        got = stream.read_line(LINE, self.blamed((SENDS, because)))
        self.steps.expect(LINE, got=got, want=text.encode() + b"\n", because=because)

    def told(self, text: str, because: Because = None, but: Stream | None = None) -> None:
        """Expect a line at everybody's in the room, but one."""
        for stream in self.inside:
            if stream is not but and stream.reading:
                self.hears(stream, text, because)

    def talks(self, stream: Stream, text: str, because: Because = None) -> None:
        """Let somebody say a line; all others must hear it."""
        self.says(stream, text)
        self.told(f"{self._called[id(stream)]}: {text}", because, but=stream)

    def misses(self, stream: Stream, because: Because = "EPL-30") -> None:
        """Expect that all others are told that somebody has left."""
        self.inside.remove(stream)
        gone = "EPL-30" if not stream.was_reset else None

        def shown(got: object) -> str | None:
            silent = isinstance(got, Text)  # nothing came, and nothing was raised
            with self.steps.untold():
                return gone if gone and silent and stream.waits_for_end(LEFT_S) else None

        self.told(f"* {self._called[id(stream)]} left", (shown, because))

    def resets_behind(self, who: Text, line: str) -> None:
        """Let somebody say a name and a line, and reset (RST) before the room reads them; what is
        told of that is not asked."""
        with self.steps.untold():
            with self.steps.process.halted():
                gone = self.steps.tcp.connect(who, self.address)
                gone.send(f"{who.en}\n{line}\n".encode())
                gone.reset()
            self.reply.rests()
            for member in self.inside:
                member.unread()
                member.received.clear()
        self.steps.tell(who, "says name and line, resets", "说了名字和一行话，随即复位")

    def present(self, name: Text, called: str) -> str:
        """Let somebody come in; return who is there, as the room says."""
        stream = self.steps.tcp.connect(name, self.address)
        self.says(stream, called)
        line = stream.read_line(LINE, self.blamed(SENDS))
        return line.decode(errors="replace").rstrip().removeprefix("* with you: ")

    def asleep(self, stream: Stream) -> None:
        """Let somebody read no more."""
        stream.reading = False
        self.steps.tell(stream.name, "does not read any more", "不再读了")

    def hangs_up_on(self, stream: Stream) -> None:
        """Expect the end of somebody's connection."""
        stream.reading = True
        with self.steps.untold():
            self.hangs_up(stream, Proof("STR-34"))
