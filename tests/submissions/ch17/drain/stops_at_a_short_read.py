# misconception: none
def drain(sock):
    sock.setblocking(False)
    came = b""
    while True:
        try:
            data = sock.recv(4096)
        except BlockingIOError:
            return came, False
        came += data
        if not data:
            return came, True
        if len(data) < 4096:
            return came, False


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
