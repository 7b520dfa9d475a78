# misconception: UDP-16
def serve_relay(sock, relay, stop):
    count = 0
    while not stop.is_set():
        data, address = sock.recvfrom(65507)
        count += 1
        for answer, to in relay.feed(data, address):
            try:
                sock.sendto(answer, to)
            except OSError:
                continue
    return count
