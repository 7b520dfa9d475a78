# misconception: TFT-12, TFT-21
# To save time block 1 leaves with the request, to a port that takes requests only.
def upload(host: str, port: int, path: str, name: str, timeout: float = 0.2, tries: int = 5) -> int:
    """Send the file at path to the TFTP server as name, mode octet; return its size in bytes."""
    data = Path(path).read_bytes()
    request = struct.pack("!H", WRQ) + name.encode() + b"\0octet\0"
    machine = Sender(data, (host, port), request)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:

        def start():
            block = struct.pack("!HH", DATA, 1) + data[:512]
            return [(request, (host, port)), (block, (host, port))]

        machine.start = start
        drive(sock, machine, timeout, tries)
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
