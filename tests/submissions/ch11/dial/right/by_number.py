def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port); raise, and leave none, if that fails."""
    sock = socket.socket()
    sock.settimeout(timeout)
    code = sock.connect_ex((host, port))
    if code == 0:
        return sock
    sock.close()
    if code == errno.EAGAIN:
        raise TimeoutError("timed out")
    raise OSError(code, errno.errorcode[code])
