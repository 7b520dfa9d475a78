# misconception: UDP-07
# One number counts everybody's datagrams together.
def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
        except TimeoutError:
            continue
        count += 1
        sock.sendto(str(count).encode() + b" " + data, client)
    return count
