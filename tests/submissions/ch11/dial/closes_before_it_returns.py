# misconception: STR-43
# The with-block closes what it returns.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    with socket.socket() as sock:
        sock.settimeout(timeout)
        sock.connect((host, port))
        return sock
