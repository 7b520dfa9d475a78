# misconception: TFT-12
# Without a request the Sender begins with block 1, and nobody has said where to.
def upload(
    host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5
) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(request, (host, port))
        drive(sock, machine, timeout, tries)
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
