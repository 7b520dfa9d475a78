# misconception: UDP-04
# The timeout is set once the connection is there: connect() itself may take two minutes.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    try:
        sock.connect((host, port))
    except OSError:
        sock.close()
        raise
    sock.settimeout(timeout)
    return sock
