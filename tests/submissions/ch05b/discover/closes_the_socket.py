# misconception: STR-43
# The socket is not its own.
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
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    sock.close()
    return roster.people
