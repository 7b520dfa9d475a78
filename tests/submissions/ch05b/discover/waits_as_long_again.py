# misconception: UDP-19
# the clock is looked at only after a datagram, and each wait is as long as the first
def discover(sock, roster, wait):
    for packet, to in roster.start():
        sock.sendto(packet, to)
    sock.settimeout(wait)
    end = time.monotonic() + wait
    try:
        while time.monotonic() < end:
            data, address = sock.recvfrom(65535)
            for packet, to in roster.feed(data, address):
                sock.sendto(packet, to)
    except TimeoutError:
        pass
    return roster.people
