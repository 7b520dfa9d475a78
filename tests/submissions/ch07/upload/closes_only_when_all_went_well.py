# misconception: STR-34
# An exception leaves the socket open.
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port), request)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    drive(sock, machine, timeout, tries)
    sock.close()
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
