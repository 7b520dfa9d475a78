# misconception: BRC-06, UDP-07
# One answer is not all answers.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    for packet, address in roster.start():
        sock.sendto(packet, address)
    sock.settimeout(wait)
    try:
        data, address = sock.recvfrom(65535)
        for packet, to in roster.feed(data, address):
            sock.sendto(packet, to)
    except TimeoutError:
        pass
    return roster.people
