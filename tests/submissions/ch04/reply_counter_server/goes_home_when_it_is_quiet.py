# misconception: UDP-22
# A TimeoutError ends its loop; only stop may.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    counts = {}
    try:
        while not stop.is_set():
            data, client = sock.recvfrom(65507)
            counts[client] = counts.get(client, 0) + 1
            sock.sendto(b"%d %b" % (counts[client], data), client)
    except TimeoutError:
        pass
    return sum(counts.values())
