# misconception: none
# It spreads its copies over one timeout, so each leaves too early.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout / tries)
        for _ in range(tries):
            sock.send(payload)
            try:
                return sock.recv(65507)
            except TimeoutError:
                pass
    raise TimeoutError("no answer")
