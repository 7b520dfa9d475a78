# misconception: TFT-17
# As in the old notes: half a file stands under the whole name.
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

    def write(blocks):
        with open(out_path, "wb") as file:
            file.write(machine.data)
        if on_progress is not None:
            on_progress(blocks)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        drive(sock, machine, timeout, tries, write)
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
    return len(machine.data)
