# right: a connect that does not block, and a look at SO_ERROR when something has happened
import errno
import os
import select


def dial(host: str, port: int, timeout: float) -> socket.socket:
    """Return a TCP socket connected to (host, port)."""
    sock = socket.socket()
    sock.setblocking(False)
    try:
        code = sock.connect_ex((host, port))
        if code == errno.EINPROGRESS:
            poller = select.poll()
            poller.register(sock, select.POLLOUT)
            if not poller.poll(timeout * 1000 + 1):
                raise TimeoutError("not connected in time")
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
    except BaseException:
        sock.close()
        raise
    return sock
