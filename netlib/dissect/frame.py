"""A frame as a value: its layers, its fields by tshark's names, a line and a table of it."""

import html
import struct
from collections.abc import Iterator, Mapping

from netlib.columns import clean, elide, pad
from netlib.dissect.ethernet import Ethernet
from netlib.dissect.header import Data, Header
from netlib.dissect.ipv4 import IPv4
from netlib.dissect.ipv6 import IPv6
from netlib.dissect.layers import Layer, Ports, walk
from netlib.dissect.link import outermost
from netlib.dissect.quick import quick_line
from netlib.dissect.verify import Verdict, verdicts
from netlib.errors import Truncated, WireError
from netlib.fields import Field
from netlib.pcapng import ETHERNET

__all__ = ["Frame", "build", "dissect"]

_EITHER = {  # names that stand for the same thing at both ends
    "eth.addr": ("eth.dst", "eth.src"),
    "ip.addr": ("ip.src", "ip.dst"),
    "ipv6.addr": ("ipv6.src", "ipv6.dst"),
    "tcp.port": ("tcp.srcport", "tcp.dstport"),
    "udp.port": ("udp.srcport", "udp.dstport"),
}
_WIDEST = 48  # columns of a value in a table


class Frame:
    """What dissect() found in the bytes of one frame; frames of the same bytes are equal.

    Attributes:
        data: the bytes.
    """

    __slots__ = ("_line", "_walked", "data")

    def __init__(
        self,
        data: bytes,
        walked: tuple[tuple[Layer, ...], WireError | None] | None = None,
        line: str | None = None,
    ) -> None:
        self.data = data
        self._walked = walked  # None if there is a line: nothing can go wrong, so it may wait
        self._line = line

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The headers and where they stand, outermost first; bytes left over are Data."""
        return self._walk()[0]

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers alone: build(*frame.headers) gives frame.data."""
        return tuple(layer.header for layer in self.layers)

    @property
    def error(self) -> WireError | None:
        """What was forgiven: why the last layers are not taken apart."""
        return self._walk()[1]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field with its bytes' place; those with no bytes of their own were worked out."""
        return tuple(self._named(verdicts(self.data, self.layers)))

    def _named(self, judged: Mapping[int, Verdict]) -> Iterator[Field]:
        for index, layer in enumerate(self.layers):
            yield from layer.header.fields(layer.start)
            if index in judged:
                yield judged[index].field
        first = self.layers[0].header
        if isinstance(first, Ethernet) and first.trailer:
            yield first.trailer_field(len(self.data))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as it should be, in sentences: bad checksums, and the error."""
        found = verdicts(self.data, self.layers).values()
        bad = [verdict.note for verdict in found if verdict.note]
        return (*bad, *([str(self.error)] if self.error else ()))

    def __getitem__(self, name: str) -> list[object]:
        """Return the values of all fields called name; udp.port means either port."""
        names = _EITHER.get(name, (name,))
        return [field.value for field in self._searched(name) if field.name in names]

    def __contains__(self, name: str) -> bool:
        """Whether there is such a field or, for a name like "udp", such a header."""
        names = _EITHER.get(name, (name,))
        start = f"{name}."
        return any(
            field.name in names or field.name.startswith(start) for field in self._searched(name)
        )

    def _searched(self, name: str) -> Iterator[Field]:
        """Yield the fields that name may mean; checksums are summed only if it asks for that."""
        asked = name.endswith(".status")
        return self._named(verdicts(self.data, self.layers) if asked else {})

    def summary(self) -> str:
        """Return the frame in one line: between whom, which protocol, what it says."""
        if self._line is not None:
            return self._line
        ends, shown = "", self.layers[0]
        for layer in self.layers:
            header = layer.header
            if layer.quoted:
                break
            if isinstance(header, IPv4 | IPv6):
                ends = f"{header.source} > {header.destination} "
            if not isinstance(header, Data):
                shown = layer
        said = shown.header.line(shown.stop - shown.payload)
        label = shown.header.label
        error = f" [{self.error}]" if self.error else ""
        return clean(f"{ends}{label} {said}{error}")

    def table(self) -> str:
        """Return the fields as lines: bytes, name, value; notes at the end."""
        rows = self._rows()
        first = max(len(place) for place, _, _ in rows)
        second = max(len(name) for _, name, _ in rows)
        lines = [
            f"{pad(place, first)}  {pad(name, second)}  {value}" for place, name, value in rows
        ]
        return "\n".join([*lines, *(f"note: {clean(note)}" for note in self.notes)])

    def _rows(self) -> list[tuple[str, str, str]]:
        rows = [("bytes", "field", "value")]
        for field in self.fields:
            value = field.text or _plain(field.value)
            rows.append((_place(field), field.name, elide(clean(value), _WIDEST)))
        return rows

    def _walk(self) -> tuple[tuple[Layer, ...], WireError | None]:
        if self._walked is None:
            self._walked = walk(self.data, (), {})
        return self._walked

    def __bytes__(self) -> bytes:
        return self.data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"<Frame: {self.summary()}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        head, *rows = (
            "".join(f"<{cell}>{html.escape(text)}</{cell}>" for text in row)
            for cell, row in zip(["th", *["td"] * len(self.fields)], self._rows(), strict=True)
        )
        notes = "".join(f"<p>{html.escape(clean(note))}</p>" for note in self.notes)
        body = "".join(f"<tr>{row}</tr>" for row in (head, *rows))
        return {
            "text/plain": f"{self.summary()}\n{self.table()}",
            "text/html": f"<p>{html.escape(self.summary())}</p><table>{body}</table>{notes}",
        }


def dissect(
    data: bytes,
    *,
    snapped: bool = False,
    lenient: bool = False,
    ports: Ports | None = None,
    link: int = ETHERNET,
) -> Frame:
    """Return what the bytes of a frame (without its check sequence) say.

    Args:
        snapped: the capture may have kept less than the whole frame: take apart what there is.
        lenient: take apart what can be, whatever is wrong; frame.error says why it ended.
        ports: who speaks on which port: {40001: TFTP}; those of DNS, DHCP, TFTP and
            HTTP are known.
        link: a LINKTYPE_ number: 1 is Ethernet, 101 IP without a link layer.

    Raises:
        Truncated: the frame ends too early (and snapped is not set).
        Malformed: a header is not what its protocol says (and lenient is not set).
    """
    if type(data) is not bytes:
        data = bytes(memoryview(data))
    if not ports and link == ETHERNET and (line := quick_line(data)) is not None:
        return Frame(data, line=line)
    forgiven = WireError if lenient else Truncated if snapped else ()
    try:
        first = outermost(link, data)
    except forgiven as error:
        return Frame(data, ((Layer(Data(data), 0, len(data), len(data)),), error))
    return Frame(data, walk(data, forgiven, ports or {}, first))


def build(*headers: Header | bytes) -> bytes:
    """Return the frame (or packet, or datagram) made of headers, outermost first.

    Lengths and checksums that are None are computed: build(Ethernet(), IPv4(...), UDP(...),
    b"payload").

    Raises:
        ValueError: a value does not fit into its field.
    """
    wire = b""
    for index in reversed(range(len(headers))):
        header = headers[index]
        if not isinstance(header, Header):
            wire = header + wire
            continue
        above = [one for one in headers[:index] if isinstance(one, IPv4 | IPv6)]
        try:
            wire = header.build(wire, above[-1] if above else None)
        except (struct.error, OverflowError) as error:
            raise ValueError(
                f"{header.label}: a value does not fit into its field: {error}"
            ) from error
    return wire


def _place(field: Field) -> str:
    if field.stop - field.start < 2:
        return str(field.start) if field.stop > field.start else ""
    return f"{field.start}–{field.stop - 1}"


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex(" ")
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
