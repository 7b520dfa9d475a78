# right: growing waits are not required, and not forbidden
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        wait = timeout
        while tries > 0:
            tries -= 1
            sock.settimeout(wait)
            sock.send(payload)
            try:
                return sock.recv(65507)
            except socket.timeout:
                wait *= 2
        raise socket.timeout("no answer")
