# misconception: PRT-04
# The key of its table is the port alone; two hosts can use the same number.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    counts = {}
    while not stop.is_set():
        try:
            data, (host, port) = sock.recvfrom(65507)
        except TimeoutError:
            continue
        counts[port] = counts.get(port, 0) + 1
        sock.sendto(b"%d %b" % (counts[port], data), (host, port))
    return sum(counts.values())
