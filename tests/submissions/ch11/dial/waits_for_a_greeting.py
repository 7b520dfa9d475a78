# misconception: TCP-21
# connect() returns when the kernels have shaken hands: nothing is said then, or ever.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.create_connection((host, port), timeout)
    try:
        sock.recv(1, socket.MSG_PEEK)  # until accept() has been called there
    except OSError:
        sock.close()
        raise
    return sock
