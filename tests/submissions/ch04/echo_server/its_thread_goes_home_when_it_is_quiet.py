# misconception: UDP-22
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    answered = []

    def serve():
        sock.settimeout(0.2)
        try:
            while not stop.is_set():
                data, client = sock.recvfrom(65507)
                answered.append(sock.sendto(data, client))
        except TimeoutError:
            pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    stop.wait()
    thread.join()
    return len(answered)
