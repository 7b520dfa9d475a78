# misconception: MUX-19
def try_accept(listener: socket.socket) -> socket.socket | None:
    """Return the next connection if one is waiting now, else None."""
    listener.setblocking(False)
    try:
        sock, _ = listener.accept()
    except BlockingIOError:
        return None
    sock.setblocking(False)
    return sock


def try_recv(sock: socket.socket, size: int = 4096) -> bytes | None:
    """Return what has come, at most size bytes; None if nothing is there yet."""
    sock.setblocking(False)
    try:
        return sock.recv(size) or None
    except BlockingIOError:
        return None
