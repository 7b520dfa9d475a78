# misconception: none
# A second try takes as long again as the caller has allowed.
def dial(host, port, timeout):
    try:
        return socket.create_connection((host, port), timeout)
    except TimeoutError:
        return socket.create_connection((host, port), timeout)
