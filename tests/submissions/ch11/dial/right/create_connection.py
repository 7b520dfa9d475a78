# right: the library's own function does all of it
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    return socket.create_connection((host, port), timeout)
