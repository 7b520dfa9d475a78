# misconception: none
# OSError(text) has no errno.
def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port), or raise and leave none."""
    sock = socket.socket()
    sock.settimeout(timeout)
    code = sock.connect_ex((host, port))
    if code == 0:
        return sock
    sock.close()
    if code == errno.ECONNREFUSED:
        raise ConnectionRefusedError("nobody listens")
    if code == errno.ETIMEDOUT or code == errno.EAGAIN:
        raise TimeoutError("timed out")
    raise OSError(errno.errorcode[code])
