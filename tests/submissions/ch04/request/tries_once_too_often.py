# misconception: none
# The first copy is a try, too: tries + 1 copies leave.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        sock.send(payload)
        retries = 0
        while True:
            try:
                return sock.recv(65507)
            except TimeoutError:
                if retries == tries:
                    raise
            retries += 1
            sock.send(payload)
