# misconception: UDP-06
# What is longer than its number is cut.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    for packet, address in roster.start():
        sock.sendto(packet, address)
    end = time.monotonic() + wait
    while (left := end - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, address = sock.recvfrom(2048)
        except TimeoutError:
            break
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    return roster.people
