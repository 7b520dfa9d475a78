# misconception: UDP-11
# An empty datagram is taken for the end.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    for packet, address in roster.start():
        sock.sendto(packet, address)
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            break
        if not data:
            break
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
