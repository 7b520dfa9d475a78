# misconception: UDP-11
# An empty datagram gets its number and is left out of the total.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    counts = {}
    answers = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        counts[client] = counts.get(client, 0) + 1
        sock.sendto(b"%d %b" % (counts[client], data), client)
        answers += bool(data)
    return answers
