# misconception: UDP-01
# connect() takes one address, and an address is a pair.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    sock.settimeout(timeout)
    sock.connect(host, port)
    return sock
