# misconception: none
# It gives up as soon as the last copy has left, and nobody waits for its answer.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        for number in range(1, tries + 1):
            sock.send(payload)
            if number == tries:
                break
            try:
                return sock.recv(65507)
            except TimeoutError:
                pass
    raise TimeoutError(f"no answer after {tries} tries")
