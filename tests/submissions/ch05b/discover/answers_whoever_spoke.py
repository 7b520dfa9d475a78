# misconception: UDP-30
# What feed gives goes to the last sender, whatever address stands there.
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
            sock.sendto(packet, address)
    return roster.people
