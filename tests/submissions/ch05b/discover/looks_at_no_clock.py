# misconception: none
# What is left of the time may be less than nothing, and settimeout refuses that.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    packets, end = roster.start(), time.monotonic() + wait
    while True:
        for packet, address in packets:
            sock.sendto(packet, address)
        sock.settimeout(end - time.monotonic())
        try:
            packets = roster.feed(*sock.recvfrom(65535))
        except TimeoutError:
            return roster.people
