"""The coming end of a call of the learner's code; every way to ask for it tells it in the story."""

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from autograder.clock import CLOCK
from autograder.deadlines import CALL_S
from autograder.learner.calls import Call
from autograder.network.run import Run
from autograder.network.sockets import Lent, UDPPeer
from autograder.text.because import Because, Proof
from autograder.text.observed import Gone, Hang, Raised, Standing, TooLate
from autograder.text.story import YOU, Failed
from autograder.text.wording import Text, brief, describe

__all__ = ["CHATTER_S", "RETURNED", "Reply", "Shown"]

RETURNED = ("the return value", "返回值")
LEFT_OPEN = ("sockets left open", "没有关闭的套接字")
CHATTER_S = 0.02  # between two disturbances
_IDLE_S = 0.02  # right servers take a tenth of that in 0.4 s, polling ones ten times as much
_SILENCES = 2  # of that length, in one, are too long
_LAST = 3  # silences before the end: after an earlier one it went on

Shown = Callable[[Any], Any]
"""Returns what to say of a value: a Text in its place, where it differs from run to run."""


class Reply:
    """The coming end of a call. Every way to ask for it tells it in the story."""

    def __init__(self, run: Run, call: Call) -> None:
        self._run, self._call = run, call
        self.asked = False
        run.watch(self)

    @property
    def ended(self) -> bool:
        """Whether the call has ended."""
        return self._call.reply is not None

    @property
    def waited(self) -> bool:
        """Whether the call, which has ended, has waited for anything."""
        return self._call.waited

    def standing(self) -> Standing:
        """Return what the call is at."""
        return self._run.process.standing(self._call)

    @property
    def seconds(self) -> float:
        """Seconds from the call to the message that it had ended."""
        return self._call.ended - self._call.started

    def wait(self, seconds: float) -> bool:
        """Let so much time pass, or less if the call ends; return whether it has."""
        end = CLOCK.after(seconds)
        while not self.ended and not CLOCK.passed(end):
            self._run.listen(end)
        return self.ended

    def result(
        self, within: float = CALL_S, because: Because = None, shown: Shown | None = None
    ) -> Any:
        """Return the value, and tell it. Fails if there is none within so many seconds."""
        value = self.value(because, within)
        self._returned(value if shown is None else shown(value))
        return value

    def returns(
        self,
        want: Any,
        what: str | tuple[str, str] = RETURNED,
        because: Because = None,
        within: float = CALL_S,
    ) -> Any:
        """Return the value. Fails unless it is want, in type and in value."""
        got = self.result(within, because)
        self._run.expect(what, got=got, want=want, because=because)
        return got

    def value(self, because: Because = None, within: float = CALL_S) -> Any:
        """Return the value, as `result` does, but do not tell it."""
        try:
            self._run.returned = value = self._end(within, because)
            return value
        except Raised as error:
            expected = Text("a return", "正常返回")
            raise self._run.raised(error, because, expected) from None

    def raises(
        self,
        *kinds: type[Exception],
        because: Because = None,
        within: float = CALL_S,
        shown: Shown | None = None,
    ) -> Exception:
        """Return the exception. Fails if there is none of one of these kinds."""
        names = (kind.__name__ for kind in kinds)
        return self.raises_named(*names, because=because, within=within, shown=shown)

    def raises_named(
        self,
        *names: str,
        because: Because = None,
        within: float = CALL_S,
        shown: Shown | None = None,
    ) -> Exception:
        """The same by the names of classes, for those that the chapter's cells make."""
        expected = Text(f"{' or '.join(names)} raised", f"抛出 {' 或 '.join(names)}")
        try:
            value = self._end(within, because, expected)
        except Raised as error:
            if not set(names) & set(error.names):
                raise self._run.raised(error, because, expected) from None
            self._run.tell(YOU, f"raised {error.names[0]}", f"抛出 {error.names[0]}")
            return error.error
        what = value if shown is None else shown(value)
        self._returned(what)
        said = describe(self._run.naming.of(what))
        id = self._run.cites(because, value)
        raise Failed(expected, Text(f"a return: {said.en}", _returned_in_chinese(said)), id)

    def ends_despite(
        self,
        disturb: Callable[[], None],
        want: Text,
        *,
        within: float,
        every: float = CHATTER_S,
        because: Because = None,
    ) -> None:
        """Disturb the call again and again until it ends. Fails if that takes longer than within
        seconds; want says what should have been meanwhile."""
        self.disturbed(disturb, within, every)
        if not self.ended:
            seconds = f"{CLOCK.paced(within):g} s"
            self._run.fail(
                ("the end of the call", "函数结束"),
                got=Text(f"still waiting after {seconds}", f"{seconds} 后还在等"),
                want=want,
                because=because,
                late=True,
            )

    def disturbed(
        self,
        disturb: Callable[[], None],
        within: float,
        every: float = CHATTER_S,
        since: float = math.inf,
    ) -> None:
        """Disturb the call again and again until it ends, or that time has passed; since is the
        time.monotonic() of the last time before.

        Raises TooLate if it has ended, and one of the last silences before that was much longer
        than it should have been: whoever ends in silence alone would pass.
        """
        end, last, silences = CLOCK.limit(within), since, deque([0.0], maxlen=_LAST)
        while not self.ended and not CLOCK.passed(end):
            disturb()
            silences.append(time.monotonic() - last)
            last = time.monotonic()
            self.wait(every)
        silences.append(time.monotonic() - last)
        if self.ended and max(silences) > _SILENCES * every:
            raise TooLate

    def raises_despite(
        self,
        disturb: Callable[[], None],
        kind: type[Exception],
        *,
        within: float,
        because: Because = None,
    ) -> None:
        """Disturb the call again and again until it raises kind, as `ends_despite` does."""
        want = Text(f"{kind.__name__} raised", f"抛出 {kind.__name__}")
        self.ends_despite(disturb, want, within=within, because=because)
        self.raises(kind, because=because)

    def took(self, seconds: float, because: Because = None, called: str = "") -> None:
        """Fail if the call gave up earlier. (A lower bound is safe on any machine.) called says
        with which arguments, where the story no longer shows that."""
        by = Text(f" of {called}", f"（{called}）") if called else Text("", "")
        if self.seconds < seconds * 0.98:
            self._run.fail(
                (f"the wait{by.en}", f"等待时间{by.zh}"),
                got=Text("less than that", "没有等那么久"),  # a number would differ in every run
                want=Text(f"at least {seconds:g} s", f"至少 {seconds:g} s"),
                because=because,
            )

    def rests(self) -> None:
        """Wait until the call waits for something itself: a datagram, or the event."""
        try:
            self._run.process.rest(self._call)
        except Gone as error:
            raise self._run.gone(error) from None

    def cpu_s(self) -> float:
        """Return for how many seconds the learner's code has run on a CPU by now: all its threads
        and processes, as the kernel counts them."""
        return self._run.process.cpu_s()

    def idles(self, seconds: float, because: Because = None) -> None:
        """Let so much time pass in which nothing happens to the call. Fail if the learner's code
        uses processor time to speak of meanwhile; the call may have ended."""
        self.rests()
        before = self.cpu_s()
        self.wait(seconds)
        if self.cpu_s() - before > _IDLE_S:
            self._run.tell(YOU, "busy, though nothing happens", "没有事情发生，却一直在忙")
            self._run.fail(
                ("processor time while nothing happens", "没有事情发生时用掉的处理器时间"),
                got=Text(
                    f"more than {_IDLE_S:g} s in {seconds:g} s",
                    f"{seconds:g} s 内超过 {_IDLE_S:g} s",
                ),
                want=Text("next to none", "几乎为零"),
                because=because,
            )

    def closed_its_sockets(self, what: tuple[str, str] = LEFT_OPEN) -> None:
        """Fail if a socket that the call made was left to the garbage collector, which its
        process tells (Python's ResourceWarning), or is open still, which we see."""
        if count := max(self._call.unclosed, self._run.process.sockets_kept()):
            self._run.fail(
                what,
                got=count,
                want=0,
                because=Proof("STR-34"),
            )

    def left_open(self, peer: UDPPeer | Lent) -> None:
        """Fail if the call closed a socket that it was given."""
        if self._call.has_closed(peer.sock):
            self._run.fail(
                ("the socket that it was given", "传给它的套接字"),
                got=Text("closed", "被关闭了"),
                want=Text("still open", "仍然打开"),
                because=Proof("STR-43"),
            )

    def _returned(self, value: Any) -> None:
        said = brief(self._run.naming.of(value), 0)
        self._run.tell(YOU, f"returned {said.en}", _returned_in_chinese(said))

    def _end(self, within: float, because: Because, expected: Text | None = None) -> Any:
        self.asked = True
        end = CLOCK.limit(within)
        while self._run.timers and not self.ended and not CLOCK.passed(end):
            self._run.listen(end)
        try:
            return self._call.result_by(end, CLOCK.paced(within))
        except Hang as error:
            raise self._run.hang(error, because, expected) from None
        except Gone as error:
            raise self._run.gone(error) from None


def _returned_in_chinese(said: Text) -> str:
    blank = " " if said.zh[:1].isascii() else ""  # it parts only letters of two kinds
    return f"返回{blank}{said.zh}"
