# misconception: none
def request(address: Address, payload: bytes, timeout: float = 0.02, tries: int = 5) -> bytes:
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
                    return answer
    raise TimeoutError(f"no answer from {address}")
