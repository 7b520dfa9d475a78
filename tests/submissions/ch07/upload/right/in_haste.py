# right: written from the chapter's text alone, in haste
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port), request)
    with bound() as sock:
        drive(sock, machine, timeout, tries)
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
