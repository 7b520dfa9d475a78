# misconception: UDP-31
def serve_relay(sock, relay, stop):
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65507)
        except TimeoutError:
            continue
        count += 1
        for answer, to in relay.feed(data, address):
            try:
                sock.sendto(answer, to)
            except OSError:
                break
    return count
