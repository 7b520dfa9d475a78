def try_accept(listener):
    listener.settimeout(0.0)
    try:
        sock = listener.accept()[0]
    except BlockingIOError:
        return None
    finally:
        listener.setblocking(True)
    sock.setblocking(False)
    return sock


def try_recv(sock, size=4096):
    try:
        return sock.recv(size, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
