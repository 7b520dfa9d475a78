# misconception: UDP-16
# It looks at stop after a timeout only: while a client keeps sending, it never stops.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    counts = {}
    while True:
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            if stop.is_set():
                break
            continue
        counts[client] = counts.get(client, 0) + 1
        sock.sendto(b"%d %b" % (counts[client], data), client)
    return sum(counts.values())
