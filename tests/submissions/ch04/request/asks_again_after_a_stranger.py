# misconception: none
# A stranger's datagram costs one of the tries, and the next copy leaves too early.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        for _ in range(tries):
            sock.sendto(payload, address)
            try:
                answer, source = sock.recvfrom(65507)
            except TimeoutError:
                continue
            if source == address:
                return answer
    raise TimeoutError("no answer")
