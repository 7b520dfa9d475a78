# right: select(), time.time(), try and finally, and helpers of its own
import select


def wait_for(sock, address, end):
    while True:
        left = end - time.time()
        if left <= 0 or not select.select([sock], [], [], left)[0]:
            return None
        data, (host, port) = sock.recvfrom(65536)
        if host == address[0] and port == address[1]:
            return data


def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        for _ in range(tries):
            end = time.time() + timeout
            sock.sendto(payload, address)
            answer = wait_for(sock, address, end)
            if answer is not None:
                return answer
        raise TimeoutError
    finally:
        sock.close()
