def _ready(sock):
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(0))


def try_accept(listener):
    if not _ready(listener):
        return None
    newcomer, _ = listener.accept()
    newcomer.setblocking(False)
    return newcomer


def try_recv(sock, size=4096):
    return sock.recv(size) if _ready(sock) else None
