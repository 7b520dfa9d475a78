# misconception: UDP-22
# After a pause of 50 ms it believes that all have answered.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    for packet, address in roster.start():
        sock.sendto(packet, address)
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(min(left, 0.05))
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            break
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
