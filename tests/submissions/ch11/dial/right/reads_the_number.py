# right: connect_ex, and every number is looked at
import errno
import os


def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    sock.settimeout(timeout)
    code = sock.connect_ex((host, port))
    if code == 0:
        return sock
    sock.close()
    if code in (errno.EAGAIN, errno.EINPROGRESS, errno.ETIMEDOUT):
        raise TimeoutError(f"no connection within {timeout} s")
    raise OSError(code, os.strerror(code))
