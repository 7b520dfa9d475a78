# misconception: none
def wait_readable(socks, timeout=None):
    ready = select.select(socks, [], [], timeout)[0]
    for sock in ready:
        sock.setblocking(False)
        try:
            sock.recv(1)
        except OSError:
            pass
    return [place for place, sock in enumerate(socks) if sock in ready]
