"""The learner's code, for a rule to call; every call and its end is told in the story."""

from collections.abc import Iterator
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
from autograder.text.wording import Text, brief

__all__ = ["Learner", "Object"]


class Learner:
    """The learner's code, for a rule to call."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def start(self, name: str, *args: Any, **kwargs: Any) -> Reply:
        """Begin a call of one of the exercise's names."""
        return self._begin(name, args, kwargs)

    def start_as(self, said: str | Text, name: str, *args: Any, **kwargs: Any) -> Reply:
        """The same; said is what the story calls it."""
        return self._begin(name, args, kwargs, said=said)

    def _begin(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        keep: bool = False,
        said: str | Text = "",
        of: Handle | None = None,
    ) -> Reply:
        process = self._run.process
        if not said:
            shown = [self._argument(value) for value in args]
            shown += [f"{key}={self._argument(value)}" for key, value in kwargs.items()]
            said = f"{name}({', '.join(shown)})"
        self._run.tell(YOU, *Text.of(said))
        target, path = (name, ()) if of is None else (of.number, tuple(name.split(".")))
        try:
            call = process.start_path(target, path, _unwrapped(args), kwargs, keep=keep)
        except Gone as error:
            raise self._run.gone(error) from None
        for lent in _lent(args):
            process.lent.add(lent.name)
            lent.close()
        return Reply(self._run, call)

    def object(self, name: str, *args: Any, because: Because = None) -> "Object":
        """Make an instance of a class of theirs, whose methods are then called."""
        return Object(self, self.made(name, *args, because=because))

    def of(self, handle: Handle, method: str, *args: Any) -> Reply:
        """Begin a call of a method of an object of theirs."""
        return self._begin(method, args, {}, of=handle)

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
        if isinstance(value, Lent):
            return value.called
        if isinstance(value, UDPPeer):
            return "sock"
        if isinstance(value, Event):
            return "stop"
        if isinstance(value, Puppet):
            return value.name
        if isinstance(value, list):
            return f"[{', '.join(map(self._argument, value))}]"
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


class Object:
    """An instance of a class of the learner's. Each call of a method is told, as a call of a
    function is."""

    def __init__(self, learner: Learner, handle: Handle) -> None:
        self._learner, self._handle = learner, handle

    def start(self, method: str, *args: Any) -> Reply:
        """Begin a call of a method, or of "attribute.method"."""
        return self._learner.of(self._handle, method, *args)

    def call(self, method: str, *args: Any, because: Because = None) -> Any:
        """Call a method and return its value."""
        return self.start(method, *args).result(because=because)


def _unwrapped(value: Any) -> Any:
    """Return a value with the sockets in the place of what lends them."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(_unwrapped, value))
    return value.sock if isinstance(value, (UDPPeer, Lent)) else value


def _lent(value: Any) -> Iterator[Lent]:
    if isinstance(value, Lent):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _lent(each)
