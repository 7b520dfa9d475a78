# misconception: none
def wait_readable(socks, timeout=None):
    readable, _, _ = select.select(socks, [], [], timeout)
    return readable
