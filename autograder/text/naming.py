"""What a report calls addresses, ports and folders: they differ from run to run."""

import re
from typing import Any

from autograder.text.wording import Text, apart, describe, same

__all__ = ["Naming"]

Address = tuple[str, int]


class Naming:
    """The names of one run.

    Attributes:
        addresses: those of our endpoints, with a name or without.
    """

    def __init__(self) -> None:
        self._names: list[tuple[Address, Text]] = []
        self._folders: list[str] = []
        self.addresses: list[Address] = []

    def call(self, address: Address, name: Text) -> None:
        """Give a name to an address. Several may have the same: the ports of one party."""
        self._names.append((address, name))

    def add_folder(self, path: str) -> None:
        """Call a path just "folder" from now on."""
        self._folders.append(path)

    def who(self, address: Any) -> Text | None:
        """Return whose address that is, of those that have names."""
        return next((name for known, name in self._names if same(known, address)), None)

    def of(self, value: Any) -> Any:
        """Return value with addresses and paths replaced by their names."""
        if (name := self.who(value)) is not None:
            return Text(f"{name.en}'s address", f"{apart(name.zh)}的地址".lstrip())
        if any(same(address, value) for address in self.addresses):
            return Text("sock's address", "sock 的地址")
        if isinstance(value, str):
            return self.of_path(value)
        if type(value) in (tuple, list):
            return type(value)(map(self.of, value))
        if type(value) is dict:
            return {self.of(key): self.of(item) for key, item in value.items()}
        return value

    def of_path(self, value: Any) -> Any:
        """Return value with paths replaced, if it is a text."""
        for path in self._folders if isinstance(value, str) else ():
            value = value.replace(path, "folder")
        return value

    def of_error(self, error: Exception) -> Text:
        """Describe an exception of the learner's; its text may quote our addresses."""
        error.args = tuple(map(self.of, error.args))
        text = describe(error)
        if len(error.args) == 1 and isinstance(error.args[0], Text):  # as KeyError has it
            name = text.en.partition(":")[0]
            text = Text(*(f"{name}: {words}" for words in error.args[0]))
        for address in self.addresses:
            text = Text(*(line.replace(repr(address), "address") for line in text))
            text = Text(*(re.sub(rf"\b{address[1]}\b", "port", line) for line in text))
        return text
