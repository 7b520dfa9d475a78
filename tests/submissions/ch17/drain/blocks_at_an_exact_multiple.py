# misconception: EPL-09, MUX-20, STR-13, STR-28
def drain(sock):
    sock.setblocking(True)
    came = b""
    while True:
        data = sock.recv(1024)
        came += data
        if len(data) < 1024:
            return came, not data


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
