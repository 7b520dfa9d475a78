# misconception: UDP-25
# The answer to the first copy goes to a port that is closed by now.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    for _ in range(tries):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(address)
            sock.settimeout(timeout)
            sock.send(payload)
            try:
                return sock.recv(65507)
            except TimeoutError:
                continue
    raise TimeoutError("no answer")
