# misconception: none
# The key of its table is what was sent, not who has sent it.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    seen = {}
    sock.settimeout(0.1)
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        seen[data] = seen.get(data, 0) + 1
        sock.sendto(b"%d %b" % (seen[data], data), client)
    return sum(seen.values())
