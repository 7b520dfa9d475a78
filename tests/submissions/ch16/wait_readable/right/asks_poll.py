def wait_readable(socks, timeout=None):
    poller = select.poll()
    for sock in socks:
        poller.register(sock, select.POLLIN)
    wait = None if timeout is None else timeout * 1000
    ready = {number for number, _ in poller.poll(wait)}
    return [place for place in range(len(socks)) if socks[place].fileno() in ready]
