# misconception: UDP-19
# Every datagram sets its clock back.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    for packet, address in roster.start():
        sock.sendto(packet, address)
    sock.settimeout(wait)
    try:
        while True:
            for packet, address in roster.feed(*sock.recvfrom(65535)):
                sock.sendto(packet, address)
    except TimeoutError:
        return roster.people
