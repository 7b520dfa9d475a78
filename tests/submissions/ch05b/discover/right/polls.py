# It asks the kernel every 5 ms.
def discover(sock: socket.socket, roster, wait: float) -> dict:
    packets, end = roster.start(), time.monotonic() + wait
    sock.setblocking(False)
    while True:
        for packet, address in packets:
            sock.sendto(packet, address)
        if time.monotonic() >= end:
            break
        try:
            packets = roster.feed(*sock.recvfrom(65507))
        except BlockingIOError:
            packets = []
            time.sleep(0.005)
    return roster.people
