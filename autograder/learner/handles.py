"""Objects that live on one side and are used on the other: events, puppets, handles."""

from typing import Any

from autograder.learner.calls import Call, Callee
from autograder.text.story import Failed
from autograder.text.wording import Text

__all__ = ["Event", "Handle", "Puppet"]


class Event:
    """A threading.Event on the learner's side that only we set."""

    def __init__(self, process: Callee, number: int) -> None:
        self._process, self.number = process, number

    def set(self) -> None:
        """Set it."""
        self._process.post({"op": "set", "event": self.number})


class Puppet:
    """An object of ours for the learner's code to use: what it is asked and told stays here."""

    def __init__(
        self, name: str, target: Any, methods: tuple[str, ...], attributes: tuple[str, ...]
    ) -> None:
        """name is what the story calls it; nothing but these methods and attributes is there."""
        self.name, self._target = name, target
        self.methods, self.attributes = methods, attributes

    def answer(self, name: Any, arguments: Any = None) -> Any:
        """Return an attribute, or what a method returns for a list of arguments."""
        if arguments is None and name in self.attributes:
            return getattr(self._target, name)
        if type(arguments) is list and name in self.methods:
            return getattr(self._target, name)(*arguments)
        raise AttributeError(f"{self.name} has {', '.join(self.methods + self.attributes)}")


class Handle:
    """An object that stays on the learner's side.

    Attributes:
        kind: "generator", "coroutine", "callable" or "object".
    """

    def __init__(self, process: Callee, number: int, kind: str, type_name: str) -> None:
        self._process, self.number, self.kind, self.type_name = process, number, kind, type_name

    def start(self, method: str, *args: Any, **kwargs: Any) -> Call:
        """Begin a call of a method."""
        return self._process.start_path(self.number, (method,), args, kwargs)

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method and return its value."""
        return self.start(method, *args, **kwargs).result()

    def read(self, attribute: str) -> Any:
        """Return the value of an attribute."""
        return self._process.start_path(self.number, (attribute,), (), {}, read=True).result()

    def __repr__(self) -> str:
        return f"<{self.type_name} {self.kind}>"

    # A rule that takes a handle for a value shows that the learner's code gave the wrong
    # thing: that is the learner's failure, not a fault of the rule.

    def __bool__(self) -> bool:
        raise self._failure()

    def __eq__(self, other: object) -> bool:
        raise self._failure()

    def __hash__(self) -> int:
        raise self._failure()

    def _failure(self) -> Failed:
        return Failed(Text("a plain value", "一个普通的值"), Text.of(repr(self)))
