# misconception: UDP-03
# It sends once and never again, as if no datagram could get lost.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    deadline = time.monotonic() + timeout * tries
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(payload, address)
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            answer, source = sock.recvfrom(65507)
            if source == address:
                return answer
    raise TimeoutError("no answer")
