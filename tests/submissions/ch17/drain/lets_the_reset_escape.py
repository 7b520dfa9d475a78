# misconception: STR-28
def drain(sock: socket.socket) -> tuple[bytes, bool]:
    """Return (all that can be read now, whether the peer has ended)."""
    sock.setblocking(False)
    came = b""
    while True:
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return came, False
        if not data:
            return came, True
        came += data


def accept_all(listener: socket.socket) -> list[socket.socket]:
    """Return all connections that wait now, oldest first, non-blocking."""
    listener.setblocking(False)
    callers = []
    while True:
        try:
            sock, _ = listener.accept()
        except BlockingIOError:
            return callers
        sock.setblocking(False)
        callers.append(sock)
