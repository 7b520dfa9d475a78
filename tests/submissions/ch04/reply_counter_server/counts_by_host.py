# misconception: PRT-04
# The key of its table is the host alone; two programs on it are one sender then.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    counts = {}
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        ip = client[0]
        counts[ip] = counts.get(ip, 0) + 1
        sock.sendto(b"%d %b" % (counts[ip], data), client)
    return sum(counts.values())
