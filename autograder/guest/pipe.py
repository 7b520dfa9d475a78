"""Messages between the judge and the guest: a length, a JSON text, and descriptors.

One message is a JSON object behind its length in four bytes, big-endian; file descriptors
travel beside it (SCM_RIGHTS, unix(7)). Sizes are capped and receiving has a deadline, so a
hostile peer costs the reader no more than that.
"""

import array
import errno
import json
import math
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

__all__ = [
    "MAX_DESCRIPTORS",
    "MAX_FRAME",
    "Crowded",
    "Pipe",
    "PipeError",
    "TooLong",
    "close_all",
    "drop",
]

MAX_FRAME = 1 << 21  # bytes: a value of 1 MiB in base64, and room around it
MAX_DESCRIPTORS = 24  # in one message: of the 20 callers whom `accept_all` returns, and a few
_LENGTH = struct.Struct("!I")
# Descriptors in flight are counted for the user, over all processes (sendmsg(2)): seconds until
# others must have received theirs, and between two looks.
_PATIENCE = float(os.environ.get("LIVE_SOCKETS_PATIENCE") or "1")  # see netlib.deadlines
_FLIGHT_S, _LOOK_S = 0.5 * _PATIENCE, 0.002
_DROP_S = 0.05 * _PATIENCE  # seconds that the end of foreign descriptors is waited for


class PipeError(Exception):
    """The other side broke the protocol, or ended; the message says which."""


class TooLong(PipeError):
    """A message that was to be sent is longer than MAX_FRAME."""


class Crowded(PipeError):
    """No descriptor can be sent, because others keep too many in flight (unix(7))."""


class Clock(Protocol):
    """Tells how long to wait: the judge's is not the wall's."""

    def left(self, deadline: float) -> float:
        """Return for how many seconds to wait before asking again; 0.0: deadline has passed."""


class Wall:
    """The clock of time.monotonic()."""

    def left(self, deadline: float) -> float:
        """Return for how many seconds to wait; 0.0: deadline has passed."""
        return max(0.0, deadline - time.monotonic())


class Pipe:
    """One end of the connection between judge and guest, over a Unix stream socket.

    Attributes:
        clock: what deadlines are moments of.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.clock: Clock = Wall()
        self._sending = threading.Lock()
        sock.setblocking(True)

    def fileno(self) -> int:
        """Return the descriptor, for select."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close this end."""
        self._sock.close()

    def drop(self) -> None:
        """Close this end where the peer is not trusted; see the function `drop`."""
        if self.fileno() >= 0:
            drop([self._sock.detach()])

    def send(
        self,
        message: dict[str, Any],
        descriptors: Sequence[int] = (),
        deadline: float | None = None,
    ) -> None:
        """Send one message and copies of descriptors.

        deadline is a moment of the clock: a hostile peer may never read. Raises PipeError
        if it passes or the peer is gone, TooLong if the message is longer than MAX_FRAME.
        """
        body = json.dumps(message, separators=(",", ":")).encode()
        if len(body) > MAX_FRAME:
            raise TooLong(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME}")
        frame = _LENGTH.pack(len(body)) + body
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        with self._sending:
            try:
                self._write(memoryview(frame), rights if descriptors else [], deadline)
            except OSError as error:
                if error.errno == errno.ETOOMANYREFS:
                    raise Crowded("descriptors cannot be sent now") from None
                raise PipeError(f"the other side is gone ({error.strerror})") from None

    def _write(self, left: memoryview, rights: list[Any], deadline: float | None) -> None:
        flags = 0 if deadline is None else socket.MSG_DONTWAIT
        patience = time.monotonic() + _FLIGHT_S
        while left:
            if deadline is not None and not self._ready(select.POLLOUT, deadline):
                raise PipeError("the other side does not read")
            try:
                left = left[self._sock.sendmsg([left], rights, flags) :]
                rights = []
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno != errno.ETOOMANYREFS or time.monotonic() > patience:
                    raise
                time.sleep(_LOOK_S)  # there is no event for it

    def receive(self, deadline: float | None = None) -> tuple[dict[str, Any], list[int]]:
        """Return the next message and the descriptors that came with it.

        deadline is a moment of the clock. Raises TimeoutError when it passes, and PipeError
        for an end of the stream or anything that is no message.
        """
        descriptors: list[int] = []
        try:
            (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline, descriptors))
            if length > MAX_FRAME:
                raise PipeError(f"a message of {length} bytes is over the limit of {MAX_FRAME}")
            message = json.loads(
                self._exactly(length, deadline, descriptors), parse_constant=_no_constant
            )
            if type(message) is not dict:
                raise PipeError("a message is a JSON object")
        except BaseException as error:
            drop(descriptors)
            if isinstance(error, (ValueError, RecursionError)):
                raise PipeError(f"no message: {error}") from None
            raise
        return message, descriptors

    def _exactly(self, count: int, deadline: float | None, descriptors: list[int]) -> bytes:
        received = bytearray()
        while len(received) < count:
            if deadline is not None and not self._ready(select.POLLIN, deadline):
                raise TimeoutError("no whole message came in time")
            try:
                chunk = self._read(min(65536, count - len(received)), descriptors)
            except OSError as error:
                raise PipeError(f"the other side is gone ({error.strerror})") from None
            if not chunk:
                raise PipeError("the other side has ended")
            received += chunk
        return bytes(received)

    def _ready(self, event: int, deadline: float) -> bool:
        """Tell whether event happens before deadline, which must not have passed."""
        # poll, not select: a notebook may hold more than 1,024 descriptors.
        poller = select.poll()
        if self.fileno() >= 0:  # if it is closed, whoever uses it is told
            poller.register(self._sock, event)
        while (left := self.clock.left(deadline)) > 0:
            if self.fileno() < 0 or poller.poll(math.ceil(left * 1000)):
                return True
        return False

    def _read(self, count: int, descriptors: list[int]) -> bytes:
        space = socket.CMSG_SPACE(MAX_DESCRIPTORS * array.array("i").itemsize)
        data, ancillary, _, _ = self._sock.recvmsg(count, space, socket.MSG_CMSG_CLOEXEC)
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                came = array.array("i")
                came.frombytes(content[: len(content) // came.itemsize * came.itemsize])
                descriptors.extend(came)
        if len(descriptors) > MAX_DESCRIPTORS:
            raise PipeError(f"more than {MAX_DESCRIPTORS} descriptors came with one message")
        return data


def close_all(descriptors: Iterable[int]) -> None:
    """Close descriptors that nobody will use."""
    for descriptor in descriptors:
        os.close(descriptor)


def drop(descriptors: Iterable[int]) -> None:
    """Close descriptors that came from a peer whom nobody trusts.

    The last close of a TCP socket may wait as long as its SO_LINGER says (socket(7)), also
    where that socket lies unread in another: so it is a thread that closes and waits.
    """
    doomed = tuple(descriptors)
    if doomed:
        closing = threading.Thread(target=close_all, args=(doomed,), daemon=True)
        closing.start()
        closing.join(_DROP_S)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
