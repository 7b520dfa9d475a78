# misconception: UDP-04
# Without a timeout one lost datagram keeps it waiting for ever.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(payload, address)
        while True:
            answer, source = sock.recvfrom(65507)
            if source == address:
                return answer
