"""What a bad network will do, as a value: `lose 1; delay reply 2 50ms`.

A schedule is read from text and printed to the same text, so a report can name it and a
learner can paste it. Nothing here touches a socket or a clock.

    schedule = [fault {";" fault}]
    fault    = ("lose" | "duplicate" | "reorder" | "corrupt") which
             | "delay" which milliseconds "ms" | "truncate" which bytes "B"
    which    = ["reply"] number     counted from 1 in that direction
"""

import re
from dataclasses import dataclass

__all__ = ["Fault", "Schedule"]

_UNITS = {"lose": "", "duplicate": "", "delay": "ms", "reorder": "", "truncate": "B", "corrupt": ""}
_MOST = {"ms": 60_000, "B": 65_507, "": 0}
_TOKEN = re.compile(r"[^\s;]+|;")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")  # nine digits: more datagrams than anybody sends


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that happens to one datagram.

    Attributes:
        kind: lose, duplicate, delay, reorder, truncate or corrupt.
        number: which datagram, counted from 1 in its direction.
        reply: True counts those from the target to its clients.
        amount: milliseconds of a delay (to 60,000), bytes that truncate leaves (to 65,507).
    """

    kind: str
    number: int
    reply: bool = False
    amount: int = 0

    def __post_init__(self) -> None:
        if self.kind not in _UNITS:
            raise ValueError(f"expected {_choice(_UNITS)}; got {self.kind!r}")
        if not 1 <= self.number <= 999_999_999:
            raise ValueError(f"expected datagrams counted from 1; got {self.number}")
        most = _MOST[_UNITS[self.kind]]
        if not 0 <= self.amount <= most:
            raise ValueError(f"expected {self.kind} to take 0 to {most}; got {self.amount}")

    def __str__(self) -> str:
        unit = _UNITS[self.kind]
        amount = f" {self.amount}{unit}" if unit else ""
        return f"{self.kind} {'reply ' if self.reply else ''}{self.number}{amount}"


@dataclass(frozen=True, slots=True, repr=False)
class Schedule:
    """The faults of one run, in the order in which they were written.

    Of several on one datagram: truncate and corrupt change it, lose takes it with all its
    copies, delay goes before reorder.
    """

    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        seen = set()
        for fault in self.faults:
            if (fault.kind, fault.reply, fault.number) in seen:
                raise ValueError(f"expected one {fault.kind} for a datagram; got {fault} after one")
            seen.add((fault.kind, fault.reply, fault.number))

    @classmethod
    def parse(cls, text: str) -> "Schedule":
        """Read a schedule; "" is a faultless network.

        Raises:
            ValueError: naming the character (from 1) and the words it could have been.
        """
        return _Parser(text).schedule()

    def __str__(self) -> str:
        return "; ".join(map(str, self.faults))

    def __repr__(self) -> str:
        return f"Schedule.parse({str(self)!r})"


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [(match.start() + 1, match[0]) for match in _TOKEN.finditer(text)]
        self.index = 0

    def schedule(self) -> Schedule:
        faults: list[Fault] = []
        while self.tokens:
            start = self.index
            faults.append(self.fault())
            try:
                Schedule(tuple(faults))
            except ValueError as error:
                raise self.wrong(start, str(error)) from None
            if self.index == len(self.tokens):
                break
            if self.next() != ";":
                raise self.unexpected("; or the end")
        return Schedule(tuple(faults))

    def fault(self) -> Fault:
        kind = self.next()
        if kind not in _UNITS:
            raise self.unexpected(_choice(_UNITS))
        word = self.next()
        reply = word == "reply"
        if reply:
            word = self.next()
        if not _NUMBER.fullmatch(word):
            raise self.unexpected("a number from 1" if reply else "a number from 1, or reply")
        unit = _UNITS[kind]
        return Fault(kind, int(word), reply, self.amount(unit) if unit else 0)

    def amount(self, unit: str) -> int:
        word = self.next()
        most = _MOST[unit]
        if not re.fullmatch(f"[0-9]{{1,5}}{unit}", word) or int(word[: -len(unit)]) > most:
            raise self.unexpected(f"0{unit} to {most}{unit}, such as 50{unit}")
        return int(word[: -len(unit)])

    def next(self) -> str:
        """Return the next token, "" at the end."""
        self.index += 1
        return self.tokens[self.index - 1][1] if self.index <= len(self.tokens) else ""

    def unexpected(self, expected: str) -> ValueError:
        """The complaint about the token that was read last."""
        word = self.tokens[self.index - 1][1] if self.index <= len(self.tokens) else ""
        got = repr(word) if word else "the end"
        return self.wrong(self.index - 1, f"expected {expected}; got {got}")

    def wrong(self, index: int, complaint: str) -> ValueError:
        at = self.tokens[index][0] if index < len(self.tokens) else len(self.text) + 1
        return ValueError(f"faults {self.text!r}, character {at}: {complaint}")


def _choice(words: dict[str, str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
