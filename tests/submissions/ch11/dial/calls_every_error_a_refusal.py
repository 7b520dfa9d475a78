# misconception: STR-30
# The system had said what was wrong; now every failure looks like a closed port.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    sock.settimeout(timeout)
    try:
        sock.connect((host, port))
    except TimeoutError:
        sock.close()
        raise
    except OSError:
        sock.close()
        raise ConnectionRefusedError("nobody there") from None
    return sock
