"""The lines at the head of an HTTP/1 message (RFC 9112), as one TCP segment holds them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from netlib.dissect.header import Header, Internet, limit
from netlib.errors import Malformed
from netlib.fields import Field

__all__ = ["HTTP"]

_METHOD = rb"[A-Z]{1,32}"  # any token may be one, but none has other letters (RFC 9110, 16.1)
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # RFC 9110, 5.6.2
_REQUEST = re.compile(rb"(%s) ([^ \r\n]+) (HTTP/1\.[0-9])" % _METHOD)  # RFC 9112, section 3
_STATUS = re.compile(rb"(HTTP/1\.[0-9]) ([0-9]{3})(?: ([^\r\n]*))?")  # RFC 9112, section 4
_FIELD = re.compile(rb"(%s):" % _TOKEN)  # RFC 9112, section 5
_START = re.compile(rb"(?:%s|%s)\r\n" % (_REQUEST.pattern, _STATUS.pattern))
_KNOWN = {  # the headers to which tshark gives fields of their own
    "accept": "accept",
    "connection": "connection",
    "content-length": "content_length_header",
    "content-type": "content_type",
    "date": "date",
    "host": "host",
    "location": "location",
    "server": "server",
    "transfer-encoding": "transfer_encoding",
    "user-agent": "user_agent",
}


@dataclass(frozen=True, slots=True)
class HTTP(Header):
    """The head of a request or response, as far as this segment has it; the body follows.

    Attributes:
        lines: the start line, then "Name: value" for every header; without their line ends.
        ended: whether the empty line came; if not, a later segment has the rest of the head.
    """

    lines: tuple[bytes, ...]
    ended: bool = True

    label = "HTTP"

    @classmethod
    def begins(cls, data: bytes, start: int, stop: int) -> bool:
        """Whether a start line stands there: most segments are from the middle of a message."""
        return _START.match(data, start, stop) is not None

    @classmethod
    def parse(cls, data: bytes, start: int = 0, stop: int | None = None) -> Self:
        stop = limit(data, stop)
        if not cls.begins(data, start, stop):
            raise Malformed(
                f"HTTP: expected a start line; got {data[start : min(stop, start + 40)]!r}"
            )
        lines: list[bytes] = []
        while (end := data.find(b"\r\n", start, stop)) >= 0:
            line = data[start:end]
            if not line:
                return cls(tuple(lines))
            if lines and not _FIELD.match(line):
                raise Malformed(f"HTTP: expected a header like b'Name: value'; got {line[:60]!r}")
            lines.append(line)
            start = end + 2
        return cls(tuple(lines), ended=False)

    @property
    def size(self) -> int:
        return sum(len(line) + 2 for line in self.lines) + (2 if self.ended else 0)

    def fields(self, start: int = 0) -> Iterator[Field]:
        first, *headers = self.lines
        if request := _REQUEST.fullmatch(first):
            side, names, match = "request", ("method", "uri", "version"), request
        elif status := _STATUS.fullmatch(first):
            side, names, match = "response", ("version", "code", "phrase"), status
        else:
            raise ValueError(f"expected a start line of HTTP/1; got {first!r}")
        for group, name in enumerate(names, 1):
            if match.group(group) is not None:
                text = _text(match.group(group))
                value = int(text) if name == "code" else text
                place = start + match.start(group), start + match.end(group)
                yield Field(f"http.{side}.{name}", *place, value)
        place_of_line = start + len(first) + 2
        for line in headers:
            stop = place_of_line + len(line) + 2
            header, _, content = line.partition(b":")
            if known := _KNOWN.get(_text(header).lower()):
                yield Field(f"http.{known}", place_of_line, stop, _text(content.strip(b" \t")))
            yield Field(f"http.{side}.line", place_of_line, stop, _text(line))
            place_of_line = stop

    def build(self, payload: bytes = b"", ip: Internet | None = None) -> bytes:
        lines = b"".join(line + b"\r\n" for line in self.lines)
        return lines + (b"\r\n" if self.ended else b"") + payload

    def line(self, payload: int) -> str:
        return _text(self.lines[0])


def _text(data: bytes) -> str:
    return data.decode(errors="backslashreplace")
