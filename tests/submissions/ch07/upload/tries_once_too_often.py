# misconception: TFT-03
# The first send is a try, too.
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port), request)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        drive(sock, machine, timeout, tries + 1)
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
