# misconception: none
# It asks before every wait.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        for packet, address in roster.start():
            sock.sendto(packet, address)
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            break
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
