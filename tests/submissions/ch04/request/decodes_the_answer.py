# misconception: TXT-03
# The answer is bytes of any kind, and the function promises bytes.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        for _ in range(tries):
            sock.send(payload)
            try:
                return sock.recv(65507).decode()
            except TimeoutError:
                pass
    raise TimeoutError("no answer")
