# misconception: UDP-11
# An empty datagram is a message, and wants its answer.
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its bytes until stop is set; return how many."""
    sock.settimeout(0.1)
    count = 0
    while not stop.is_set():
        try:
            data, client = sock.recvfrom(65507)
            if data:
                sock.sendto(data, client)
                count += 1
        except TimeoutError:
            pass
    return count
