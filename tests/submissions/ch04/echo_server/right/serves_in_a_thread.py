# right: a thread of its own serves, and the call waits for stop
def echo_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its own bytes until stop is set; return how many."""
    answered = []

    def serve():
        sock.settimeout(0.1)
        while not stop.is_set():
            try:
                data, *_, client = sock.recvmsg(65507)
            except TimeoutError:
                continue
            answered.append(sock.sendto(data, client))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    stop.wait()
    thread.join()
    return len(answered)
