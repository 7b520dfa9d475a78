# misconception: UDP-05
# It returns whatever arrives first; anybody can send to its port.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        for _ in range(tries):
            sock.sendto(payload, address)
            try:
                return sock.recvfrom(65507)[0]
            except TimeoutError:
                pass
    raise TimeoutError(f"no answer after {tries} tries")
