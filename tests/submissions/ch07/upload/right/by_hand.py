# right: by hand
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    with open(path, "rb") as file:
        content = file.read()

    def packets():
        yield 0, struct.pack("!H", WRQ) + name.encode() + b"\0" + b"OCTET\0"
        for n in range(len(content) // 512 + 1):
            yield (
                (n + 1) % 65536,
                struct.pack("!HH", DATA, (n + 1) % 65536) + content[n * 512 :][:512],
            )

    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind(("", 0))
        to, known = (host, port), False
        for number, packet in packets():
            for _ in range(tries):
                sock.sendto(packet, to)
                deadline = time.monotonic() + timeout
                source = None
                while source is None and time.monotonic() < deadline:
                    sock.settimeout(max(0.0005, deadline - time.monotonic()))
                    try:
                        answer, where = sock.recvfrom(600)
                    except TimeoutError:
                        break
                    if where[0] != host or (known and where != to):
                        continue
                    if len(answer) >= 4:
                        op, n = struct.unpack("!HH", answer[:4])
                        if op == ERROR:
                            raise TftpError(
                                n, answer[4:].split(b"\0")[0].decode("utf-8", "replace")
                            )
                        if op == ACK and n == number:
                            source = where
                if source:
                    to, known = source, True
                    break
            else:
                raise TimeoutError("no answer")
    return len(content)
