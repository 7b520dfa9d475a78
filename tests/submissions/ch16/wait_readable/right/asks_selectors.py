import selectors


def wait_readable(socks, timeout=None):
    if not socks:
        time.sleep(timeout)
        return []
    with selectors.DefaultSelector() as selector:
        for place, sock in enumerate(socks):
            selector.register(sock, selectors.EVENT_READ, place)
        return sorted(key.data for key, _ in selector.select(timeout))
