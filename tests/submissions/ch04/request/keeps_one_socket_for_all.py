# misconception: UDP-07
# The socket outlives the call, so a second copy of an old answer waits there for the next call.
CLIENT = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def request(address: Address, payload: bytes, timeout: float = 0.2, tries: int = 4) -> bytes:
    """Send payload to address, again after silence; return its first answer."""
    for _ in range(tries):
        CLIENT.sendto(payload, address)
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            CLIENT.settimeout(left)
            try:
                answer, source = CLIENT.recvfrom(65507)
            except TimeoutError:
                break
            if source == address:
                return answer
    raise TimeoutError("no answer")
