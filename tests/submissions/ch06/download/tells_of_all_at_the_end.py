# misconception: none
# Passes no on_progress on, and calls it when all is there.
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
        drive(sock, machine, timeout, tries)
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
    if on_progress:
        on_progress(machine.progress)
    part = out_path + ".part"
    try:
        with open(part, "wb") as file:
            file.write(data)
        os.replace(part, out_path)
    finally:
        if os.path.exists(part):
            os.remove(part)
    return len(data)
