# misconception: none
# It sends every copy before it has waited for an answer to the first.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(tries):
            sock.sendto(payload, address)
        deadline = time.monotonic() + timeout * tries
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            answer, source = sock.recvfrom(65507)
            if source == address:
                return answer
    raise TimeoutError("no answer")
