# right: whatever one datagram brings about, the loop goes on
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    answers = 0
    sock.settimeout(0.15)
    while True:
        if stop.is_set():
            return answers
        try:
            packet, peer = sock.recvfrom(65507)
            sock.sendto(packet, peer)
            answers += 1
        except OSError as error:
            print("not answered:", error)
