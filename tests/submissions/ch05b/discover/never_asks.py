# misconception: none
# It listens, and has asked nobody.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            break
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
