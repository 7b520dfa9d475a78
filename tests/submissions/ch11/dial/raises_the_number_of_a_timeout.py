# misconception: STR-39
# After a timeout connect_ex returns EAGAIN, and OSError(EAGAIN) is a BlockingIOError.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    sock.settimeout(timeout)
    code = sock.connect_ex((host, port))
    if code:
        sock.close()
        raise OSError(code, os.strerror(code))
    return sock


import os
