# misconception: STR-34
# A TimeoutError is an error, too.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    try:
        sock.settimeout(timeout)
        sock.connect((host, port))
    except ConnectionError:
        sock.close()
        raise
    return sock
