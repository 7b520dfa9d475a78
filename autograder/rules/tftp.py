"""TFTP as the judge speaks it (RFC 1350): packets, both sides of a transfer, its end of a wire.

The two sides have the interface that the chapters ask for: start, feed and on_timeout return
packets to send, as pairs (packet, address). An exchange without a wire is in `exchange`.
"""

import struct
from typing import Any

from autograder.clock import CLOCK
from autograder.network import Datagram, Packets, Reply, Steps, Talker
from autograder.text import Because, Proof, StudentError, Text
from netlib.labels import label

__all__ = [
    "ACK",
    "BLOCK",
    "DATA",
    "ERROR",
    "OACK",
    "RRQ",
    "STRANGER",
    "WRQ",
    "Address",
    "Receiving",
    "Sending",
    "ack",
    "blocks",
    "complains",
    "data",
    "error",
    "oack",
    "opcode",
    "play",
    "raises_error",
    "rrq",
    "said",
    "wrq",
]

RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)
BLOCK = 512  # bytes in every DATA packet but the last, which has fewer
RESEND_S = 0.04
"""Seconds after which `play` sends again what has not been answered."""

Address = tuple[str, int]

_BOTH = ("en", "zh")


def rrq(name: str, mode: str = "octet", **options: object) -> bytes:
    """Return a read request; options as RFC 2347 has them."""
    return _request(RRQ, name, mode, options)


def wrq(name: str, mode: str = "octet", **options: object) -> bytes:
    """Return a write request."""
    return _request(WRQ, name, mode, options)


def _request(opcode: int, name: str, mode: str, options: dict[str, object]) -> bytes:
    return struct.pack("!H", opcode) + _strings(name, mode) + _strings(*sum(options.items(), ()))


def data(block: int, payload: bytes = b"") -> bytes:
    """Return a DATA packet."""
    return struct.pack("!HH", DATA, block) + payload


def ack(block: int) -> bytes:
    """Return an ACK packet."""
    return struct.pack("!HH", ACK, block)


def error(code: int, message: str = "") -> bytes:
    """Return an ERROR packet."""
    return struct.pack("!HH", ERROR, code) + _strings(message)


def oack(**options: object) -> bytes:
    """Return an option acknowledgment (RFC 2347)."""
    return struct.pack("!H", OACK) + _strings(*sum(options.items(), ()))


def _strings(*texts: object) -> bytes:
    return b"".join(str(text).encode() + b"\0" for text in texts)


STRANGER = error(5, "unknown transfer ID")


def opcode(packet: bytes) -> int:
    """Return what kind of packet that is."""
    return int.from_bytes(packet[:2])


def complains(got: Any) -> bool:
    """Tell whether that is an ERROR, or what a machine gives and begins with one."""
    match got:
        case bytes(packet) | [(bytes(packet), _), *_]:
            return opcode(packet) == ERROR
    return False


def said(*packets: bytes) -> Text:
    """Return what packets say, in a few words."""
    return Text(*(", ".join(label(p, "tftp", language=each) for p in packets) for each in _BOTH))


def blocks(content: bytes, first: int = 1) -> list[bytes]:
    """Return the DATA packets of a file, the last one shorter, numbered from first, 65535 to 0."""
    count = len(content) // BLOCK + 1
    return [data((first + n) % 65536, content[n * BLOCK : (n + 1) * BLOCK]) for n in range(count)]


# -- the two sides --------------------------------------------------------------------------


class _Side:
    """What both sides of a transfer have in common.

    Attributes:
        tid: the address whose packets count, as soon as it is known.
        done: whether all has been sent and acknowledged, or received.
        error: (code, message) of the ERROR that ended it.
        progress: how often an awaited packet has come.
    """

    def __init__(self, peer: Address, request: bytes | None, first: bytes) -> None:
        self.peer, self.request = peer, request
        self.tid = None if request else peer
        self.done, self.progress = False, 0
        self.error: tuple[int, str] | None = None
        self._out = first  # what is sent again after a while

    def start(self) -> Packets:
        """Return the first packet."""
        return [(self._out, self.peer)]

    def on_timeout(self) -> Packets:
        """Return what to send again."""
        return [] if self.done or self.error else [(self._out, self.tid or self.peer)]

    def feed(self, packet: bytes, address: Address) -> Packets:
        """Take a packet; return the answer."""
        if len(packet) < 4:
            return []
        opcode, number = struct.unpack_from("!HH", packet)
        if address[0] != self.peer[0] or self.tid not in (None, address):
            return [] if opcode == ERROR else [(STRANGER, address)]
        if opcode == ERROR and not self.done:
            self.error = number, packet[4:].partition(b"\0")[0].decode(errors="replace")
        return [] if self.error else self._take(opcode, number, packet[4:], address)

    def _take(self, opcode: int, number: int, payload: bytes, address: Address) -> Packets:
        raise NotImplementedError


class Sending(_Side):
    """Sends content to peer: at once as a server does, or by a request (WRQ) as a client does."""

    def __init__(
        self, content: bytes, peer: Address, request: bytes | None = None, first: int = 1
    ) -> None:
        self._left = blocks(content, first)
        super().__init__(peer, request, request or self._left.pop(0))

    def _take(self, opcode: int, number: int, payload: bytes, address: Address) -> Packets:
        awaited = 0 if self._out == self.request else struct.unpack_from("!H", self._out, 2)[0]
        if opcode != ACK or number != awaited or self.done:
            return []
        self.tid, self.progress = address, self.progress + 1
        if not self._left:
            self.done = True
            return []
        self._out = self._left.pop(0)
        return [(self._out, address)]


class Receiving(_Side):
    """Receives content from peer: by ACK 0 as a server does, or by a request (RRQ).

    Attributes:
        content: what has arrived so far.
    """

    def __init__(self, peer: Address, request: bytes | None = None, expected: int = 1) -> None:
        super().__init__(peer, request, request or ack(expected - 1))
        self.content, self._expected = b"", expected

    def _take(self, opcode: int, number: int, payload: bytes, address: Address) -> Packets:
        if opcode != DATA:
            return []
        if number == self._expected and not self.done:
            self.tid, self.progress = address, self.progress + 1
            self.content += payload
            self._out, self._expected = ack(number), (number + 1) % 65536
            self.done = len(payload) < BLOCK
        return [(self._out, address)] if self._out == ack(number) else []


# -- on the wire ----------------------------------------------------------------------------


def play(
    steps: Steps,
    talker: Talker,
    side: Sending | Receiving,
    reply: Reply,
    *,
    at: Address | None = None,
    resend_s: float = RESEND_S,
    copies: int = 8,
    astray: str = "TFT-01",
) -> bool:
    """Be the learner's peer over a wire until side is done or the call has ended.

    What has not been answered for resend_s is sent again, until that was copies times in a row
    without avail. at is the port of talker's that is used (by default its first); what comes to
    another one fails the rule, citing astray, unless it is a request. Return whether side is
    done.
    """
    here = at or talker.address

    def send(packets: Packets) -> None:
        for packet, address in packets:
            talker.send(packet, address, source=here)

    def take(came: Datagram) -> Packets:
        if came.at == here:
            return side.feed(came.data, came.source)
        if opcode(came.data) not in (RRQ, WRQ):
            steps.fail(
                ("where this packet goes", "这个包发往"),
                got=Text("the port that the request went to", "请求所发往的端口"),
                want=Text("the port that answered the request", "应答请求的那个端口"),
                because=Proof(astray),
            )
        return []  # a request once more

    send(side.start())
    vain, progress, due = 0, 0, CLOCK.after(resend_s)
    while not (side.done or side.error or reply.ended):
        came = talker.asked(reply, CLOCK.left(due))
        if came is not None:
            send(take(came))
        if side.progress != progress:
            vain, progress, due = 0, side.progress, CLOCK.after(resend_s)
        elif CLOCK.passed(due) and not reply.ended:
            if vain == copies:
                return False
            vain, due = vain + 1, CLOCK.after(resend_s)
            send(side.on_timeout())
    for came in talker.drain():  # what was sent before the call ended
        take(came)
    return side.done


def raises_error(
    steps: Steps, reply: Reply, code: int, because: Because = None, message: str | None = None
) -> None:
    """Expect a call to raise the chapter's TftpError with that code, and that message if one is
    given."""
    error = reply.raises_named("TftpError", because=because)
    # A class of the chapter's cells comes as its name and its arguments.
    arguments = error.args[1:] if isinstance(error, StudentError) else error.args
    want = (code,) if message is None else (code, message)
    what = ("the TftpError's arguments", "TftpError 的参数")
    steps.expect(what, got=arguments[: len(want)], want=want, because=because)
