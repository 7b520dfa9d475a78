# misconception: EPL-07, STR-28
def drain(sock):
    sock.setblocking(False)
    try:
        data = sock.recv(1024)
    except BlockingIOError:
        return b"", False
    return data, not data


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
