# misconception: UDP-11
# an empty datagram is thrown away
def discover(sock, roster, wait):
    deadline = time.monotonic() + wait
    for packet, to in roster.start():
        sock.sendto(packet, to)
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            break
        if not data:
            continue
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
