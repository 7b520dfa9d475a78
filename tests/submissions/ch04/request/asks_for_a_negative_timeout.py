# misconception: none
# Where a stranger is read when the time is up, what is left is less than nothing.
def request(
    address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4
) -> bytes:
    """Send payload, again after silence; return the first answer of address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for i in range(tries):
            sock.sendto(payload, address)
            start = time.time()
            try:
                while True:
                    sock.settimeout(timeout - (time.time() - start))
                    data, addr = sock.recvfrom(65507)
                    if addr == address:
                        return data
            except socket.timeout:
                continue
    raise TimeoutError("no answer")
