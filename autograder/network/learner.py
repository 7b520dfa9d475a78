"""The learner's code, for a rule to call; every call and its end is told in the story."""

from typing import Any

from autograder.learner.calls import Call
from autograder.learner.handles import Event, Handle, Puppet
from autograder.network.reply import Reply
from autograder.network.run import Run
from autograder.network.sockets import Lent, UDPPeer
from autograder.network.state_machine import Machine
from autograder.text.because import Because
from autograder.text.observed import Gone, Raised
from autograder.text.story import YOU
from autograder.text.wording import brief

__all__ = ["Learner"]


class Learner:
    """The learner's code, for a rule to call."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def start(self, name: str, *args: Any, **kwargs: Any) -> Reply:
        """Begin a call of one of the exercise's names."""
        return self._begin(name, args, kwargs)

    def start_as(self, said: str, name: str, *args: Any, **kwargs: Any) -> Reply:
        """The same; said is what the story calls it."""
        return self._begin(name, args, kwargs, said=said)

    def _begin(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        keep: bool = False,
        said: str = "",
    ) -> Reply:
        values = tuple(a.sock if isinstance(a, (UDPPeer, Lent)) else a for a in args)
        if not said:
            shown = [self._argument(value) for value in args]
            shown += [f"{key}={self._argument(value)}" for key, value in kwargs.items()]
            said = f"{name}({', '.join(shown)})"
        self._run.tell(YOU, said, said)
        try:
            call = self._run.process.start_path(name, (), values, kwargs, keep=keep)
        except Gone as error:
            raise self._run.gone(error) from None
        for lent in args:
            if isinstance(lent, Lent):
                self._run.process.lent.add(lent.name)
                lent.close()
        return Reply(self._run, call)

    def machine(self, name: str, *args: Any, because: Because = None, **kwargs: Any) -> Machine:
        """Make an instance of a class of theirs that takes and gives packets."""
        return Machine(self._run, self.made(name, *args, because=because, **kwargs))

    def made(self, name: str, *args: Any, because: Because = None, **kwargs: Any) -> Handle:
        """Make an instance of a class of theirs, of any kind, and return what names it here."""
        made = self._begin(name, args, kwargs, keep=True).value(because)
        if not isinstance(made, Handle):  # a guest of another version: nobody's code does that
            raise TypeError(f"expected a handle of {name}; got {made!r}")
        return made

    def attribute(self, made: Handle, name: str, because: Because = None) -> Any:
        """Return an attribute of an object of theirs."""
        try:
            return made.read(name)
        except Raised as error:
            raise self._run.raised(error, because) from None
        except Gone as error:
            raise self._run.gone(error) from None

    def watched(self, call: Call) -> Reply:
        """Return the coming end of a call."""
        return Reply(self._run, call)

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
        addresses = self._run.naming.addresses
        if value in addresses:
            return "address"
        if (party := self._run.naming.who(value)) is not None:
            return party.en
        if value in [port for _, port in addresses]:
            return "port"
        return brief(self._run.naming.of(value) if isinstance(value, str) else value, 4).en

    def call(self, name: str, *args: Any, because: Because = None, **kwargs: Any) -> Any:
        """Call one of the exercise's names and return its value."""
        return self.start(name, *args, **kwargs).result(because=because)
