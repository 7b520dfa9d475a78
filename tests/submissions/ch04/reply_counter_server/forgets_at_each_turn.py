# misconception: none
# The table is made anew in each turn of the loop, so every number is 1.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    total = 0
    while not stop.is_set():
        counts = {}
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        counts[client] = counts.get(client, 0) + 1
        total += 1
        sock.sendto(f"{counts[client]} ".encode() + data, client)
    return total
