# misconception: none
# The code is kept, and what the server said is not.
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
            raise TftpError(machine.error[0], "the server refused")
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            sock.settimeout(left)
            try:
                replies = machine.feed(*sock.recvfrom(65507))
            except TimeoutError:
                break
            for packet, address in replies:
                sock.sendto(packet, address)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(out_path))) as beside:
        with open(f"{beside}/part", "wb") as file:
            file.write(machine.data)
        os.replace(f"{beside}/part", out_path)
    return len(machine.data)
