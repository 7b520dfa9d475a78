# misconception: STR-30
# connect_ex raises nothing: it returns a number, and here nobody reads it.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    sock.settimeout(timeout)
    sock.connect_ex((host, port))
    return sock
