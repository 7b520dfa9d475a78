# right: select() waits, recvfrom_into() fills a buffer of its own, a named tuple is returned
import select
from collections import namedtuple

Received = namedtuple("Received", "data address")


def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    ready, _, _ = select.select([sock], [], [], timeout)
    if not ready:
        raise socket.timeout("silence")
    buffer = bytearray(65536)
    size, address = sock.recvfrom_into(buffer)
    if size > limit:
        raise Truncated(size, limit)
    return Received(bytes(buffer[:size]), address)
