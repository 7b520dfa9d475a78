# right: a thread receives while the caller waits for a queue
import queue


def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    answers = queue.Queue()
    done = threading.Event()

    def receive():
        while not done.is_set():
            try:
                data, source = sock.recvfrom(65507)
            except TimeoutError:
                continue
            if source == address:
                answers.put(data)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        sock.settimeout(0.02)
        thread = threading.Thread(target=receive, daemon=True)
        thread.start()
        try:
            for _ in range(tries):
                sock.sendto(payload, address)
                try:
                    return answers.get(timeout=timeout)
                except queue.Empty:
                    pass
            raise TimeoutError(f"no answer from {address}")
        finally:
            done.set()
            thread.join()
