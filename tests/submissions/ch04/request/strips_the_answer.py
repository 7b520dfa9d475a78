# misconception: STR-41
# strip() takes bytes away that belong to the answer.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(tries):
            sock.sendto(payload, address)
            deadline = time.monotonic() + timeout
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    answer, source = sock.recvfrom(65507)
                except TimeoutError:
                    break
                if source == address:
                    return answer.strip()
    raise TimeoutError("no answer")
