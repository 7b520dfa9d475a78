"""Messages between the judge and the guest: a length, a JSON text, and descriptors.

One message is a JSON object behind its length in four bytes, big-endian; file descriptors
travel beside it (SCM_RIGHTS, unix(7)). Sizes are capped and receiving has a deadline, so a
hostile peer costs the reader no more than that.

Imports the standard library only: the guest runs this file inside its sandbox.
"""

import array
import json
import math
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["MAX_DESCRIPTORS", "MAX_FRAME", "Pipe", "PipeError", "close_all"]

MAX_FRAME = 1 << 21  # bytes: a value of 1 MiB in base64, and room around it
MAX_DESCRIPTORS = 16  # in one message
_LENGTH = struct.Struct("!I")


class PipeError(Exception):
    """The other side broke the protocol, or ended; the message says which."""


class Pipe:
    """One end of the connection between judge and guest, over a Unix stream socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._sending = threading.Lock()
        sock.setblocking(True)

    def fileno(self) -> int:
        """Return the descriptor, for select."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close this end."""
        self._sock.close()

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send one message and copies of descriptors. Raises PipeError if the peer is gone
        or the message is longer than MAX_FRAME."""
        body = json.dumps(message, separators=(",", ":")).encode()
        if len(body) > MAX_FRAME:
            raise PipeError(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME}")
        frame = _LENGTH.pack(len(body)) + body
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
        with self._sending:
            try:
                sent = self._sock.sendmsg([frame], rights if descriptors else [])
                self._sock.sendall(memoryview(frame)[sent:])
            except OSError as error:
                raise PipeError(f"the other side is gone ({error.strerror})") from None

    def receive(self, deadline: float | None = None) -> tuple[dict[str, Any], list[int]]:
        """Return the next message and the descriptors that came with it.

        deadline is a time.monotonic() value. Raises TimeoutError when it passes, and
        PipeError for an end of the stream or anything that is no message.
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
            close_all(descriptors)
            if isinstance(error, (ValueError, RecursionError)):
                raise PipeError(f"no message: {error}") from None
            raise
        return message, descriptors

    def _exactly(self, count: int, deadline: float | None, descriptors: list[int]) -> bytes:
        received = bytearray()
        while len(received) < count:
            if deadline is not None:
                left = deadline - time.monotonic()
                if left <= 0 or not _readable(self._sock, left):
                    raise TimeoutError("no whole message came in time")
            try:
                chunk = self._read(min(65536, count - len(received)), descriptors)
            except OSError as error:
                raise PipeError(f"the other side is gone ({error.strerror})") from None
            if not chunk:
                raise PipeError("the other side has ended")
            received += chunk
        return bytes(received)

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


def _readable(sock: socket.socket, timeout: float) -> bool:
    # poll, not select: a notebook may hold more than 1,024 descriptors.
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(math.ceil(timeout * 1000)))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
