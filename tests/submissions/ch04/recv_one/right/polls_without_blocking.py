# right: a socket that does not block, looked at until a deadline
class TooLong(Truncated):
    pass


def recv_one(sock: socket.socket, timeout: float, limit: int = 65507) -> tuple[bytes, Address]:
    """Return the next datagram on sock, at most limit bytes, and the address it came from."""
    sock.setblocking(False)
    end = time.time() + timeout
    while time.time() <= end:
        try:
            data, _, flags, address = sock.recvmsg(limit)
        except BlockingIOError:
            time.sleep(0.005)
        else:
            if flags & socket.MSG_TRUNC:
                raise TooLong()
            return data, address
    raise TimeoutError
