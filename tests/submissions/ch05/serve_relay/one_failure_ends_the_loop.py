# misconception: UDP-31
# the whole loop stands inside try, and a length is not all that can be wrong
def serve_relay(sock: socket.socket, relay, stop: threading.Event) -> int:
    count = 0
    sock.settimeout(1)
    while not stop.is_set():
        try:
            data, address = sock.recvfrom(65535)
        except TimeoutError:
            continue
        try:
            for reply, to in relay.feed(data, address):
                if len(reply) > 65507:
                    continue
                sock.sendto(reply, to)
        except OSError:
            pass
        count += 1
    return count
