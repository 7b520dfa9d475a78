# misconception: MUX-02
# The kernel reports that nobody listens there; it returns an answer that nobody gave.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        for _ in range(tries):
            try:
                sock.send(payload)
                return sock.recv(65507)
            except TimeoutError:
                continue
            except ConnectionRefusedError:
                return b""
    raise TimeoutError("no answer")
