# misconception: MUX-01
def wait_readable(socks, timeout=None):
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        ready = select.select(socks, [], [], 0)[0]
        if ready or (end is not None and time.monotonic() >= end):
            return [place for place, sock in enumerate(socks) if sock in ready]
