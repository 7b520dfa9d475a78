# misconception: TFT-01
# Every program of the server's host may acknowledge.
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    packets = [(0, request)]
    packets += [(n, struct.pack("!HH", DATA, n) + payload) for n, payload in blocks(data)]
    to = (host, port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for number, packet in packets:
            tid = None if number == 0 and packet is request else to
            to = exchange(sock, number, packet, to, tid, timeout, tries)
    return len(data)


def exchange(sock, number, packet, to, tid, timeout, tries):
    """Send packet until its ACK comes; return where that came from."""
    for _ in range(tries):
        sock.sendto(packet, to)
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                answer, source = sock.recvfrom(65507)
            except TimeoutError:
                break
            if source[0] != to[0]:
                continue
            try:
                kind, *said = parse(answer)
            except ValueError:
                continue
            if kind == "ERROR":
                raise TftpError(*said)
            if kind == "ACK" and said[0] == number:
                return source
    raise TimeoutError(f"no ACK {number}")
