"""The words of a schedule and how its text is read and written; the package says what they do."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

__all__ = [
    "HIGHEST",
    "KINDS",
    "LARGEST",
    "Faulty",
    "Kind",
    "check_places",
    "choice",
    "fault_text",
    "read",
]

HIGHEST = 999_999_999  # nine digits: more datagrams than anybody sends
LARGEST = 65_507  # bytes that a datagram can carry: 65,535 less the headers of IPv4 and UDP
_LONGEST_MS = 60_000
_SHOWN = 200  # characters of the text in a complaint
_TOKEN = re.compile(r"[^\s;,]+|[;,]")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_HEX = re.compile(r"0x((?:[0-9A-Fa-f]{2})*)")


@dataclass(frozen=True, slots=True)
class Kind:
    """What one word of a schedule needs after it.

    Attributes:
        first: the lowest place; None: it has none.
        unit: of its amount: "ms", "B", "0x" (bytes in hex) or "".
        least, most: of the amount.
        optional: the amount may be left out.
        repeats: it may happen `every` so often.
    """

    datagrams: bool = False
    streams: bool = False
    first: int | None = 1
    unit: str = ""
    least: int = 0
    optional: bool = False
    repeats: bool = True

    @property
    def most(self) -> int:
        return {"ms": _LONGEST_MS, "B": LARGEST}.get(self.unit, 0)


KINDS = {
    "lose": Kind(datagrams=True),
    "duplicate": Kind(datagrams=True),
    "reorder": Kind(datagrams=True),
    "delay": Kind(datagrams=True, streams=True, first=0, unit="ms"),
    "truncate": Kind(datagrams=True, unit="B"),
    "corrupt": Kind(datagrams=True),
    "stranger": Kind(datagrams=True, unit="0x", optional=True),
    "split": Kind(streams=True),
    "merge": Kind(streams=True, unit="ms"),
    "stall": Kind(streams=True, first=0, unit="ms", least=1, optional=True, repeats=False),
    "reset": Kind(streams=True, first=0, repeats=False),
    "half-close": Kind(streams=True, first=0, repeats=False),
    "short": Kind(streams=True, first=None, unit="B", least=1),
    "window": Kind(streams=True, first=None, unit="B", least=1),
}


class Faulty(Protocol):
    """What a fault is, as far as its text goes."""

    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def reply(self) -> bool: ...
    @property
    def amount(self) -> int: ...
    @property
    def every(self) -> bool: ...
    @property
    def data(self) -> bytes | None: ...


F = TypeVar("F", bound=Faulty)
Make = Callable[[str, int, bool, int, bool, bytes | None], F]


def fault_text(faults: Sequence[Faulty]) -> str:
    """Return the text of faults that differ in nothing but their number."""
    fault = faults[0]
    kind = KINDS[fault.kind]
    words = [fault.kind]
    if fault.reply:
        words.append("reply")
    if fault.every:
        words.append("every")
    if kind.first is not None:
        words.append(",".join(str(each.number) for each in faults))
    if kind.unit in ("ms", "B") and (fault.amount or not kind.optional):
        words.append(f"{fault.amount}{kind.unit}")
    if fault.data is not None:
        words.append(f"0x{fault.data.hex()}")
    return " ".join(words)


def check_places(faults: Iterable[Faulty]) -> None:
    """Raise ValueError if two faults of one kind have the same place."""
    seen: set[tuple[str, bool, int, bool]] = set()
    for fault in faults:
        _take_place(fault, seen)


def _take_place(fault: Faulty, seen: set[tuple[str, bool, int, bool]]) -> None:
    place = fault.kind, fault.reply, fault.number, fault.every
    if place in seen:
        raise ValueError(f"expected every fault once; got {fault} after one like it")
    seen.add(place)


def read(text: str, make: Make[F]) -> tuple[F, ...]:
    """Return the faults of a schedule's text.

    Args:
        make: makes a fault of kind, number, reply, amount, every and data.

    Raises:
        ValueError: naming the character (from 1) and the words it could have been.
    """
    return _Parser(text).schedule(make)


def choice(words: Collection[str]) -> str:
    """Return "a, b or c"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [(match.start() + 1, match[0]) for match in _TOKEN.finditer(text)]
        self.index = 0

    def schedule(self, make: Make[F]) -> tuple[F, ...]:
        faults: list[F] = []
        seen: set[tuple[str, bool, int, bool]] = set()
        while self.tokens:
            start = self.index
            for fault in self.fault(make):
                try:
                    _take_place(fault, seen)
                except ValueError as error:
                    raise self.wrong(start, str(error)) from None
                faults.append(fault)
            if self.peek() == "":
                break
            if self.next() != ";":
                raise self.unexpected("; or the end")
        return tuple(faults)

    def fault(self, make: Make[F]) -> Iterator[F]:
        word = self.next()
        if word not in KINDS:
            raise self.unexpected(choice(KINDS))
        kind = KINDS[word]
        reply = self.peek() == "reply"
        if reply:
            self.next()
        numbers, every = [0], False
        if kind.first is not None:
            every = kind.repeats and self.peek() == "every"
            numbers = [self.every()] if every else self.numbers(kind, reply)
        amount, data = self.amount(kind)
        return (make(word, number, reply, amount, every, data) for number in numbers)

    def every(self) -> int:
        self.next()
        return self.number(1, "a number from 1")

    def numbers(self, kind: Kind, reply: bool) -> list[int]:
        first = kind.first or 0
        other = [] if reply else ["reply"]
        other += ["every"] if kind.repeats else []
        expected = choice([f"a number from {first}", *other])
        numbers = [self.number(first, expected)]
        while self.peek() == ",":
            self.next()
            numbers.append(self.number(first, f"a number from {first}"))
        return numbers

    def number(self, first: int, expected: str) -> int:
        word = self.next()
        if not _NUMBER.fullmatch(word) or int(word) < first:
            raise self.unexpected(expected)
        return int(word)

    def amount(self, kind: Kind) -> tuple[int, bytes | None]:
        if not kind.unit or (kind.optional and self.peek() in ("", ";")):
            return 0, None
        word = self.next()
        or_not = ", or ; or the end" if kind.optional else ""
        if kind.unit == "0x":
            digits = _HEX.fullmatch(word)
            if digits is None or len(digits[1]) > 2 * LARGEST:
                raise self.unexpected(f"bytes in hex, such as 0x4556494c{or_not}")
            return 0, bytes.fromhex(digits[1])
        number = re.fullmatch(f"([0-9]{{1,5}}){kind.unit}", word)
        if number is None or not kind.least <= int(number[1]) <= kind.most:
            limits = f"{kind.least}{kind.unit} to {kind.most}{kind.unit}"
            raise self.unexpected(f"{limits}, such as 50{kind.unit}{or_not}")
        return int(number[1]), None

    def peek(self) -> str:
        """Return the token that is next, "" at the end."""
        return self.tokens[self.index][1] if self.index < len(self.tokens) else ""

    def next(self) -> str:
        word = self.peek()
        self.index += 1
        return word

    def unexpected(self, expected: str) -> ValueError:
        """The complaint about the token that was read last."""
        word = self.tokens[self.index - 1][1] if self.index <= len(self.tokens) else ""
        got = repr(word[:_SHOWN]) if word else "the end"
        return self.wrong(self.index - 1, f"expected {expected}; got {got}")

    def wrong(self, index: int, complaint: str) -> ValueError:
        at = self.tokens[index][0] if index < len(self.tokens) else len(self.text) + 1
        start = max(at - _SHOWN // 2, 0) if len(self.text) > _SHOWN else 0
        shown = self.text[start : start + _SHOWN]
        return ValueError(f"faults {shown!r}, character {at}: {complaint}")
