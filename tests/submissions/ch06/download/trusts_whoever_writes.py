# misconception: TFT-01
# Blocks are told by their number, and nobody asks where they come from.
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
    content, taken, done, silences = b"", 0, False, 0
    last = build_rrq(name), (host, port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(*last)
        deadline = time.monotonic() + timeout
        while not done or time.monotonic() < deadline:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                packet, address = sock.recvfrom(65507)
                kind, *fields = parse(packet)
            except TimeoutError:
                silences += 1
                if done or silences == tries:
                    break
                sock.sendto(*last)
                deadline = time.monotonic() + timeout
                continue
            except ValueError:
                continue
            if kind == "ERROR" and not done:
                raise TftpError(*fields)
            if kind == "DATA" and fields[0] == taken + 1 and not done:
                content, taken, silences = content + fields[1], taken + 1, 0
                done = len(fields[1]) < 512
                deadline = time.monotonic() + timeout
                if on_progress is not None:
                    on_progress(taken)
            if kind == "DATA" and fields[0] == taken:
                last = build_ack(taken), address
                sock.sendto(*last)
    if not done:
        raise TimeoutError(f"nothing after {tries} tries")
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(out_path))) as beside:
        with open(f"{beside}/part", "wb") as file:
            file.write(content)
        os.replace(f"{beside}/part", out_path)
    return len(content)
