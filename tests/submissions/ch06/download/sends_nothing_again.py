# misconception: TFT-03, TFT-17
# With a timeout it gives up; it does not try again.
def download(
    host: str,
    port: int,
    name: str,
    out_path: str,
    timeout: float = 0.2,
    tries: int = 5,
    on_progress=None,
) -> int:
    """Fetch the file name from the TFTP server at (host, port) to out_path; return its size."""
    content, expected = b"", 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(20 * timeout)
        sock.sendto(build_rrq(name), (host, port))
        while True:
            packet, address = sock.recvfrom(1024)
            kind, *fields = parse(packet)
            if kind == "ERROR":
                raise TftpError(*fields)
            block, payload = fields
            if block == expected:
                content, expected = content + payload, expected + 1
                if on_progress is not None:
                    on_progress(block)
            sock.sendto(build_ack(block), address)
            if len(payload) < 512:
                break
    with open(out_path, "wb") as file:
        file.write(content)
    return len(content)
