# misconception: UDP-11
# On TCP b"" means that the peer has closed; here it is the answer.
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        sock.settimeout(timeout)
        for _ in range(tries):
            sock.send(payload)
            try:
                answer = sock.recv(65507)
            except TimeoutError:
                continue
            if not answer:
                raise ConnectionError("the server closed the connection")
            return answer
    raise TimeoutError("no answer")
