# misconception: none
def serve_relay(sock, relay, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        for answer, to in relay.feed(data, address):
            try:
                sock.sendto(answer, to)
                count += 1
            except OSError:
                continue
    return count
