# misconception: STR-30
# Whoever calls it learns of the failure one line later, as "'NoneType' has no attribute 'send'".
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    try:
        return socket.create_connection((host, port), timeout)
    except OSError:
        return None
