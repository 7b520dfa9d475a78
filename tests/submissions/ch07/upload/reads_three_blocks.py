# misconception: none
# Reads as much of the file as it was tried with.
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).open("rb").read(3 * 512)
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port), request)
    with bound() as sock:
        drive(sock, machine, timeout, tries)
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
