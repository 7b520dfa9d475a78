# misconception: TXT-04
# str + bytes is a TypeError: the number must become bytes first.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    counts = {}
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        counts[client] = counts.get(client, 0) + 1
        sock.sendto(str(counts[client]) + " " + data, client)
    return sum(counts.values())
