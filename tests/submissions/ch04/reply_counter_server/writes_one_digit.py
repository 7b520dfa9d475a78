# misconception: TXT-15
# ord("0") + n is the digit n up to 9; what comes after "9" in ASCII is ":".
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
        number = bytes([ord("0") + counts[client]])
        sock.sendto(number + b" " + data, client)
    return sum(counts.values())
