# right: a connected socket, so that the kernel drops strangers; refusals are raised at once
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        for attempt in range(tries):
            sock.send(payload)
            try:
                return sock.recv(65507)
            except TimeoutError:
                if attempt == tries - 1:
                    raise
