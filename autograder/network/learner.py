"""The learner's code, for a rule to call; every call and its end is told in the story."""

import time
from collections.abc import Callable
from typing import Any

from autograder.learner.calls import CALL_S, Call, Event, Handle, Puppet
from autograder.network.sockets import Lent, UDPPeer
from autograder.network.state_machine import Machine
from autograder.network.steps import Steps
from autograder.text.observed import Gone, Hang, Raised
from autograder.text.story import YOU, Because, Failed
from autograder.text.wording import Text, brief, describe

__all__ = ["Learner", "Reply"]


class Learner:
    """The learner's code, for a rule to call."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def start(self, name: str, *args: Any, **kwargs: Any) -> "Reply":
        """Begin a call of one of the exercise's names."""
        return self._begin(name, args, kwargs)

    def _begin(
        self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], *, keep: bool = False
    ) -> "Reply":
        values = tuple(a.sock if isinstance(a, (UDPPeer, Lent)) else a for a in args)
        shown = [self._argument(value) for value in args]
        shown += [f"{key}={self._argument(value)}" for key, value in kwargs.items()]
        said = f"{name}({', '.join(shown)})"
        self._steps.tell(YOU, said, said)
        try:
            call = self._steps.subject.start_path(name, (), values, kwargs, keep=keep)
        except Gone as error:
            raise self._steps.gone(error) from None
        for lent in args:
            if isinstance(lent, Lent):
                self._steps.subject.lent.add(lent.name)
                lent.close()
        return Reply(self._steps, call)

    def machine(self, name: str, *args: Any, because: Because = None, **kwargs: Any) -> Machine:
        """Make an instance of a class of theirs that takes and gives packets."""
        made = self._begin(name, args, kwargs, keep=True).value(because)
        if not isinstance(made, Handle):  # a guest of another version: nobody's code does that
            raise TypeError(f"expected a handle of {name}; got {made!r}")
        return Machine(self, self._steps, made)

    def watched(self, call: Call) -> "Reply":
        """Return the coming end of a call."""
        return Reply(self._steps, call)

    def _argument(self, value: Any) -> str:
        """Return an argument as the story shows it: the same in every run."""
        if isinstance(value, (UDPPeer, Lent)):
            return "sock"
        if isinstance(value, Event):
            return "stop"
        if isinstance(value, Puppet):
            return value.name
        if callable(value):
            return str(getattr(value, "__name__", "function"))
        addresses = self._steps.naming.addresses
        if value in addresses:
            return "address"
        if (party := self._steps.naming.who(value)) is not None:
            return party.en
        if value in [port for _, port in addresses]:
            return "port"
        return brief(self._steps.naming.of(value) if isinstance(value, str) else value, 4).en

    def call(self, name: str, *args: Any, because: Because = None, **kwargs: Any) -> Any:
        """Call one of the exercise's names and return its value."""
        return self.start(name, *args, **kwargs).result(because=because)


class Reply:
    """The coming end of a call. Every way to ask for it tells it in the story."""

    def __init__(self, steps: Steps, call: Call) -> None:
        self._steps, self._call = steps, call
        self.asked = False
        steps.watch(self)

    @property
    def ended(self) -> bool:
        """Whether the call has ended."""
        return self._call.reply is not None

    @property
    def seconds(self) -> float:
        """Seconds from the call to the message that it had ended."""
        return self._call.ended - self._call.started

    def result(self, within: float = CALL_S, because: Because = None) -> Any:
        """Return the value, and tell it. Fails if there is none within so many seconds."""
        value = self.value(because, within)
        self._returned(value)
        return value

    def value(self, because: Because = None, within: float = CALL_S) -> Any:
        """Return the value, as `result` does, but do not tell it."""
        try:
            return self._end(within, because)
        except Raised as error:
            expected = Text("a return", "正常返回")
            raise self._steps.raised(error, because, expected) from None

    def raises(
        self, *kinds: type[Exception], because: Because = None, within: float = CALL_S
    ) -> Exception:
        """Return the exception. Fails if there is none of one of these kinds."""
        return self.raises_named(*(k.__name__ for k in kinds), because=because, within=within)

    def raises_named(
        self, *names: str, because: Because = None, within: float = CALL_S
    ) -> Exception:
        """The same by the names of classes, for those that the chapter's cells make."""
        expected = Text(f"{' or '.join(names)} raised", f"抛出 {' 或 '.join(names)}")
        try:
            value = self._end(within, because)
        except Raised as error:
            if not set(names) & set(error.names):
                raise self._steps.raised(error, because, expected) from None
            self._steps.tell(YOU, f"raised {error.names[0]}", f"抛出 {error.names[0]}")
            return error.error
        self._returned(value)
        shown = describe(self._steps.naming.of(value))
        cited = because(value) if callable(because) else because
        raise Failed(expected, Text(f"a return: {shown.en}", f"返回 {shown.zh}"), cited)

    def raises_while(
        self,
        kind: type[Exception],
        *,
        do: Callable[[], None],
        every: float,
        within: float,
        because: Because = None,
    ) -> None:
        """Do something again and again until the call raises kind. Fails if that takes
        longer than within seconds."""
        end = time.monotonic() + within
        while not self.ended and time.monotonic() < end:
            do()
            self._steps.listen(time.monotonic() + every)
        if not self.ended:
            seconds = f"{within:g} s"
            self._steps.fail(
                ("the end of the call", "函数结束"),
                got=Text(f"still waiting after {seconds}", f"{seconds} 后还在等"),
                want=Text(f"{kind.__name__} raised", f"抛出 {kind.__name__}"),
                because=because,
                late=True,
            )
        self.raises(kind, because=because)

    def rests(self) -> None:
        """Wait until the call waits for something itself: a datagram, or the event."""
        try:
            self._steps.subject.rest(self._call)
        except Gone as error:
            raise self._steps.gone(error) from None

    def closed_its_sockets(self, because: Because = "STR-34") -> None:
        """Fail if a socket that the call made was left to the garbage collector, which its
        process tells (Python's ResourceWarning), or is open still, which we see."""
        if count := max(self._call.unclosed, self._steps.subject.sockets_kept()):
            self._steps.fail(
                ("sockets left open", "没有关闭的套接字"), got=count, want=0, because=because
            )

    def left_open(self, peer: UDPPeer | Lent, because: Because = None) -> None:
        """Fail if the call closed a socket that it was given."""
        if self._call.has_closed(peer.sock):
            self._steps.fail(
                ("the socket that it was given", "传给它的套接字"),
                got=Text("closed", "被关闭了"),
                want=Text("still open", "仍然打开"),
                because=because,
            )

    def _returned(self, value: Any) -> None:
        shown = brief(self._steps.naming.of(value), 0)
        self._steps.tell(YOU, f"returned {shown.en}", f"返回 {shown.zh}")

    def _end(self, within: float, because: Because) -> Any:
        self.asked = True
        end = time.monotonic() + within
        while self._steps.timers and not self.ended and time.monotonic() < end:
            self._steps.listen(end)
        try:
            return self._call.result(max(0.0, end - time.monotonic()))
        except Hang as error:
            error.seconds = within
            raise self._steps.hang(error, because) from None
        except Gone as error:
            raise self._steps.gone(error) from None
