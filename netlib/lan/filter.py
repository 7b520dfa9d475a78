"""Filters in the words of Wireshark: ip.dst == 192.0.2.7 and (udp.port == 6000 or arp).

    filter     = and-terms *( ("or" / "||") and-terms )
    and-terms  = not-term *( ("and" / "&&") not-term )
    not-term   = ("not" / "!") not-term / "(" filter ")" / test
    test       = field [ operator value ]
    operator   = "==" / "!=" / "<" / "<=" / ">" / ">=" / "contains"

A field may occur several times in a frame: any of them may fit, but all must differ for "!=".
A field alone asks whether there is one, "arp" whether there is such a header.
"""

import ipaddress
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

__all__ = ["Fields", "Filter", "parse"]


class Fields(Protocol):
    """What a filter asks of a frame."""

    def __getitem__(self, name: str, /) -> list[object]:
        """Return the values of all fields of that name."""

    def __contains__(self, name: str, /) -> bool:
        """Tell whether there is such a field or header."""


Test = Callable[[Fields], bool]

_TOKEN = re.compile(r'\s*("[^"]*"|==|!=|<=|>=|<|>|&&|\|\||!|\(|\)|[^\s"=!<>&|()]+|.)')
_NAME = re.compile(r"[a-z][a-z0-9]*(\.[a-z0-9_]+)*")
_PROTOCOLS = {"arp", "data", "dhcp", "dns", "eth", "frame", "http", "icmp", "icmpv6", "ip"}
_PROTOCOLS |= {"ipv6", "tcp", "tftp", "udp", "vlan"}
_ORDERS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATORS = ("==", "!=", *_ORDERS, "contains")
_NO_VALUES = ("(", ")", "and", "or", "not", *_OPERATORS)
_DEEPEST = 50  # brackets and "not"s in each other
_WORDS = {"&&": "and", "||": "or", "!": "not", "eq": "==", "ne": "!="}
_TRUTH = {"true": 1, "yes": 1, "false": 0, "no": 0}


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that has been understood."""

    text: str
    matches: Test = field(repr=False, compare=False)

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Filter:
    """Return the filter that text writes; empty text lets everything pass.

    Raises:
        ValueError: naming the character (from 1) and what it could have been.
    """
    return Filter(text, _Parser(text).whole())


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [(found[1], found.start(1)) for found in _TOKEN.finditer(text)]
        self.at = self.depth = 0

    def whole(self) -> Test:
        if not self.tokens:
            return lambda frame: True
        test = self.either()
        if self.at < len(self.tokens):
            self.fail('"and", "or" or the end')
        return test

    def either(self) -> Test:
        tests = [self.both()]
        while self.take("or"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda frame: any(test(frame) for test in tests)

    def both(self) -> Test:
        tests = [self.negated()]
        while self.take("and"):
            tests.append(self.negated())
        return tests[0] if len(tests) == 1 else lambda frame: all(test(frame) for test in tests)

    def negated(self) -> Test:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f'at most {_DEEPEST} brackets and "not"s in each other')
        if self.take("not"):
            test = _not(self.negated())
        elif self.take("("):
            test = self.either()
            if not self.take(")"):
                self.fail('")"')
        else:
            test = self.test()
        self.depth -= 1
        return test

    def test(self) -> Test:
        name = self.word()
        if not _NAME.fullmatch(name) or name.split(".")[0] not in _PROTOCOLS:
            self.fail(f"a field such as ip.dst or udp.port, of {', '.join(sorted(_PROTOCOLS))}")
        self.at += 1
        sign = self.word()
        if sign not in _OPERATORS:
            return lambda frame: name in frame
        self.at += 1
        if self.at >= len(self.tokens) or self.word() in _NO_VALUES:
            self.fail(f"a value for {name}")
        value = self.tokens[self.at][0].strip('"')
        self.at += 1
        return _comparison(name, sign, value)

    def word(self) -> str:
        """Return the next word; "" at the end."""
        found = self.tokens[self.at][0] if self.at < len(self.tokens) else ""
        return _WORDS.get(found, found)

    def take(self, word: str) -> bool:
        if self.word() != word:
            return False
        self.at += 1
        return True

    def fail(self, expected: str) -> NoReturn:
        if self.at < len(self.tokens):
            got, place = self.tokens[self.at]
            raise ValueError(
                f"expected {expected} at character {place + 1} of {self.text!r}; got {got!r}"
            )
        raise ValueError(f"expected {expected} after {self.text!r}; it ends there")


def _not(test: Test) -> Test:
    return lambda frame: not test(frame)


def _comparison(name: str, sign: str, wanted: str) -> Test:
    if sign == "==":
        return lambda frame: any(_same(name, value, wanted) for value in frame[name])
    if sign == "!=":
        return lambda frame: (
            bool(frame[name]) and not any(_same(name, value, wanted) for value in frame[name])
        )
    if sign == "contains":
        return lambda frame: any(_holds(value, wanted) for value in frame[name])
    order, bound = _ORDERS[sign], _number(name, wanted)
    return lambda frame: any(
        isinstance(value, int) and order(value, bound) for value in frame[name]
    )


def _same(name: str, value: object, wanted: str) -> bool:
    if isinstance(value, int):  # True and False are numbers too
        return value == _number(name, wanted)
    if isinstance(value, bytes):
        return value in (_hex(wanted), wanted.encode())
    text = str(value)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text.lower() == wanted.lower()
    try:
        return address in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        raise ValueError(f"expected an address to compare {name} with; got {wanted!r}") from None


def _holds(value: object, wanted: str) -> bool:
    if isinstance(value, bytes):
        return wanted.encode() in value or (bool(_hex(wanted)) and _hex(wanted) in value)
    return wanted in str(value)


def _number(name: str, wanted: str) -> int:
    try:
        return _TRUTH[wanted.lower()] if wanted.lower() in _TRUTH else int(wanted, 0)
    except ValueError:
        raise ValueError(f"expected a number to compare {name} with; got {wanted!r}") from None


def _hex(text: str) -> bytes:
    """Return bytes written as 01:ab, 01 ab or 0x01ab; none if they are not."""
    try:
        return bytes.fromhex(text.removeprefix("0x").replace(":", " "))
    except ValueError:
        return b""
