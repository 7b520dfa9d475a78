def try_accept(listener):
    if select.select([listener], [], [], 0)[0]:
        sock = listener.accept()[0]
        sock.settimeout(0)
        return sock
    return None


def try_recv(sock, size=4096):
    if not select.select([sock], [], [], 0)[0]:
        return None
    return sock.recv(size)
