# right: where the port is dead it waits and tries again, as the contract allows
def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(address)
        for _ in range(tries):
            deadline = time.monotonic() + timeout
            try:
                sock.send(payload)
            except ConnectionRefusedError:
                sock.send(payload)
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    return sock.recv(65507)
                except ConnectionRefusedError:
                    time.sleep(max(0, deadline - time.monotonic()))
                except TimeoutError:
                    break
    raise TimeoutError("nobody answered")
