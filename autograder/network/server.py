"""A server of the learner's under way: a function that serves a socket until an event is set."""

import time
from collections.abc import Callable
from functools import partial
from operator import eq
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import CALL_S, LEFT_S, STOP_S
from autograder.network.learner import Learner
from autograder.network.reply import CHATTER_S, Reply, Shown
from autograder.network.sockets import Lent, UDPPeer
from autograder.network.steps import Steps
from autograder.network.stream import Stream
from autograder.text.because import Because, Proof
from autograder.text.observed import Hang
from autograder.text.story import YOU, Happened
from autograder.text.wording import Text

__all__ = ["Server"]

SERVER = ("the server", "服务器")
SERVING = Text("still serving, as stop is not set", "stop 还没有设置，应当继续服务")
GONE_HOME = Proof("UDP-22")  # where nobody has said anything
_ENDS = tuple(Happened(YOU, Text.of(each)) for each in ("FIN", "RST"))


class Server:
    """One call of a server: `name(socket, *arguments, stop, *after)`.

    Attributes:
        sock: what it serves: a UDP socket, or a listener.
        stop, reply: the event that ends it, and the end of the call.
    """

    def __init__(
        self,
        learner: Learner,
        steps: Steps,
        name: str,
        sock: UDPPeer | Lent,
        *args: Any,
        said: str = "",
        after: tuple[Any, ...] = (),
    ) -> None:
        """Start it; the story calls that said, if that is given. after: what follows stop."""
        self.steps, self.sock, self.stop = steps, sock, steps.event()
        steps.serves = name
        self.reply: Reply = learner.start_as(said, name, sock, *args, self.stop, *after)
        steps.keep_told()

    @property
    def address(self) -> tuple[str, int]:
        """Where it is asked."""
        return self.sock.address

    def connect(self, name: tuple[str, str]) -> Stream:
        """Connect as somebody; it serves a listener."""
        closed = {ConnectionRefusedError: "STR-43"}
        return self.steps.tcp.connect(name, self.address, because=closed)

    # -- whether it serves ---------------------------------------------------------------------

    def lives(self, because: Because, idle: Because = None) -> None:
        """Fail if it has ended by itself, with an exception or without. idle is cited, if it is
        given, where it has returned 0: who has taken nobody shows nothing else."""
        if not self.reply.wait(LEFT_S):
            return
        self.steps.forget(*_ENDS)  # where its sockets were closed meanwhile depends on the hour
        told = self.reply.asked
        value = (self.reply.value if told else self.reply.result)(because=because)
        got = Text(f"returned {value!r:.40}", f"返回 {value!r:.40}")
        self.steps.fail(
            SERVER,
            got=got,
            want=SERVING,
            because=self.steps.cites((value == 0 and idle) or because, value),
            plainly=self.steps.why_gone(self.reply, value),
        )

    def waits(self) -> None:
        """Wait until it waits for somebody. Fail if it has ended before anybody came."""
        self.reply.rests()
        if self.reply.ended:
            self.lives(GONE_HOME)

    def silence(self, seconds: float) -> None:
        """Let nobody send for so long; it must go on."""
        self._silence(seconds)
        if self.reply.wait(seconds):
            self.lives(GONE_HOME)

    def idles(self, seconds: float) -> None:
        """Let nobody send for so long; it must go on, and sleep meanwhile."""
        self._silence(seconds)
        self.reply.idles(seconds)
        if self.reply.ended:
            self.lives(GONE_HOME)

    def _silence(self, seconds: float) -> None:
        self.steps.tell(YOU, f"{seconds:g} s of silence", f"{seconds:g} s 没有动静")

    def blamed(self, because: Because) -> Because:
        """Return what to cite where its answer does not come: a server that has fallen says
        more than the wire, so then the rule fails with how it fell."""

        def fallen(got: Any) -> None:
            if not isinstance(got, (Exception, bytes, Hang)):
                self.lives(because, idle=GONE_HOME)

        return fallen, because

    # -- its end -------------------------------------------------------------------------------

    def sets_stop(self) -> None:
        """Set stop, and tell it."""
        self.steps.tell(YOU, "stop.set()", "stop.set()")
        self.stop.set()

    def stops(
        self,
        count: int | None = None,
        what: tuple[str, str] = ("the return value", "返回值"),
        because: str = "UDP-16",
        miscounted: Because = None,
    ) -> None:
        """Set stop while it is idle; it must return in time, with that count if one is given, and
        leave its socket open. because is cited if it goes on."""
        self.reply.rests()
        self.sets_stop()
        got = self.reply.result(STOP_S, {Hang: because, TimeoutError: "UDP-22"})
        if count is not None:
            self.steps.expect(what, got=got, want=count, because=miscounted)
        self.reply.left_open(self.sock)

    def counts(self, clients: int, what: tuple[str, str], well: int) -> None:
        """Set stop while it is idle; it must return how many clients it has accepted. So many of
        them have ended well, the others by RST. (What else it owes then is asked by `stops`.)"""
        self.reply.rests()
        self.sets_stop()
        cites = {Hang: "UDP-16", TimeoutError: "UDP-22", partial(eq, well): "STR-28"}
        self.reply.returns(clients, what, cites, STOP_S)

    def stops_despite(
        self,
        disturb: Callable[[], None],
        because: Because = "UDP-16",
        shown: Shown | None = None,
        every: float = CHATTER_S,
    ) -> Any:
        """Set stop while somebody goes on, every so many seconds; it must return in time. Return
        the value."""
        disturb()
        self.reply.rests()  # it has answered the first
        disturb()
        began = time.monotonic()
        self.sets_stop()
        self.reply.disturbed(disturb, STOP_S, every, since=began)
        if not self.reply.ended:
            seconds = CLOCK.paced(STOP_S)
            self.steps.tell(YOU, "still serving", "还在服务")
            self.steps.fail(
                ("a return", "函数返回"),
                got=Text(f"still serving after {seconds:g} s", f"{seconds:g} s 后还在服务"),
                want=Text("soon after stop.set()", "stop.set() 之后不久"),
                because=because,
                late=True,
            )
        return self.reply.result(shown=shown)

    def stops_despite_traffic(self, client: Stream) -> None:
        """Set stop while a client goes on sending; it must return in time."""
        every = f"{CHATTER_S * 1000:g} ms"
        self.steps.tell(client.name, f"again every {every}", f"每 {every} 再发一次")

        def talk() -> None:
            with self.steps.untold():
                client.send(b"a")

        self.stops_despite(talk)

    def hangs_up(self, client: Stream, because: Because) -> None:
        """Expect the end of a connection, by FIN or RST."""
        if not client.waits_for_end(CALL_S):
            self.steps.tell(client.name, "still connected", "连接还在")
            want, got = Text("ended", "已经结束"), Text("still open", "仍然打开")
            what = ("the connection", "连接")
            self.steps.fail(what, got=got, want=want, because=because, late=True)
