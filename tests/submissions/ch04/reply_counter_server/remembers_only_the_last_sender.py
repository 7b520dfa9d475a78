# misconception: UDP-07
# It starts again from 1 whenever another sender comes between.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    last, number, total = None, 0, 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        number = number + 1 if client == last else 1
        last = client
        total += 1
        sock.sendto(b"%d %b" % (number, data), client)
    return total
