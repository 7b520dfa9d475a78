# right: written from the chapter's text alone, with care
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

        # Dally: our last ACK may be lost. One timeout, however many packets come.
        deadline = time.monotonic() + timeout
        while (remaining := deadline - time.monotonic()) > 0:
            sock.settimeout(remaining)
            try:
                packet, sender = sock.recvfrom(65535)
                for reply, address in machine.feed(packet, sender):
                    sock.sendto(reply, address)
            except OSError:  # silence (TimeoutError), or a network that broke: we have the file
                continue

    # Write beside the target, in a folder of our own that is removed whatever happens.
    content = machine.data
    folder = os.path.dirname(os.path.abspath(out_path))
    with tempfile.TemporaryDirectory(dir=folder, prefix=".tftp-") as private:
        part = os.path.join(private, "part")
        with open(part, "wb") as file:
            file.write(content)
        os.replace(part, out_path)
    return len(content)
