# misconception: TFT-17
# It writes beside the target, and forgets that a download may fail.
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
    part = open(f"{out_path}.part", "wb")
    machine = Receiver(build_rrq(name), (host, port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        drive(sock, machine, timeout, tries, on_progress)
        if machine.error:
            raise TftpError(*machine.error)
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                replies = machine.feed(*sock.recvfrom(65507))
            except TimeoutError:
                break
            for packet, address in replies:
                sock.sendto(packet, address)
    with part:
        part.write(machine.data)
    os.replace(part.name, out_path)
    return len(machine.data)
