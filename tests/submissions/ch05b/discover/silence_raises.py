# misconception: UDP-22
# Silence is an error to it.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    for packet, address in roster.start():
        sock.sendto(packet, address)
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        data, address = sock.recvfrom(65535)
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
