# A generator gives what comes until the deadline.
def heard(sock, wait):
    end = time.monotonic() + wait
    while True:
        left = end - time.monotonic()
        if left <= 0:
            return
        sock.settimeout(left)
        try:
            yield sock.recvfrom(65535)
        except socket.timeout:
            return


def discover(sock: socket.socket, roster, wait: float) -> dict:
    for each in roster.start():
        sock.sendto(*each)
    for data, address in heard(sock, wait):
        for each in roster.feed(data, address):
            sock.sendto(*each)
    return roster.people
