# misconception: STR-34
# detach() takes the socket from its object: nobody closes it, and nobody warns.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
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
        raise TimeoutError
    finally:
        sock.detach()
