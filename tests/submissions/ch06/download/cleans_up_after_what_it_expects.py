# misconception: TFT-17
# It cleans up after what it expects; on_progress may raise anything.
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
    part = f"{out_path}.part"
    machine = Receiver(build_rrq(name), (host, port))
    try:
        with open(part, "wb") as file, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            drive(sock, machine, timeout, tries, on_progress)
            if machine.error:
                raise TftpError(*machine.error)
            file.write(machine.data)
            deadline = time.monotonic() + timeout
            while (left := deadline - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    replies = machine.feed(*sock.recvfrom(65507))
                except TimeoutError:
                    break
                for packet, address in replies:
                    sock.sendto(packet, address)
        os.replace(part, out_path)
    except (OSError, TftpError):
        os.unlink(part)
        raise
    return len(machine.data)
