# misconception: TFT-17
# Waits for the whole file, and then writes it under its name: for a while there is half of it.
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
    machine = Receiver(build_rrq(name), (host, port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        drive(sock, machine, timeout, tries, on_progress)
        if machine.error:
            raise TftpError(*machine.error)
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                packet, address = sock.recvfrom(65535)
            except TimeoutError:
                break
            for reply, to in machine.feed(packet, address):
                sock.sendto(reply, to)
    data = machine.data
    with open(out_path, "wb") as file:
        file.write(data)
    return len(data)
