# misconception: UDP-10
# decode() raises on bytes that are no UTF-8, and the server is gone.
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
        answer = f"{counts[client]} {data.decode()}"
        sock.sendto(answer.encode(), client)
    return sum(counts.values())
