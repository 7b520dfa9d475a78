# misconception: MUX-20
def try_accept(listener):
    listener.settimeout(0.01)
    try:
        newcomer, _ = listener.accept()
    except TimeoutError:
        return None
    newcomer.setblocking(False)
    return newcomer


def try_recv(sock, size=4096):
    sock.settimeout(0.01)
    try:
        return sock.recv(size)
    except TimeoutError:
        return None
