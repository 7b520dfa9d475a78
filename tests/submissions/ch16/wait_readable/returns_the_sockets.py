# misconception: none
def wait_readable(socks, timeout=None):
    return select.select(socks, [], [], timeout)[0]
