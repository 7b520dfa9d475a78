# misconception: none
# OCTET is the same mode.
def serve(sock69: socket.socket, root: str, stop: threading.Event) -> int:
    """Serve the files in root by TFTP until stop is set; return the number of transfers begun."""
    sock69.settimeout(0.1)
    begun = 0
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(65507)
            opcode, name, mode = split_request(packet)
        except (TimeoutError, ValueError):
            continue
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((sock69.getsockname()[0], 0))
        try:
            machine, path = machine_for(opcode, name, mode, root, client)
        except TftpError as refusal:
            with sock:
                sock.sendto(error_packet(refusal.code, refusal.message), client)
            continue
        threading.Thread(target=transfer, args=(sock, machine, path), daemon=True).start()
        begun += 1
    return begun


def split_request(packet: bytes) -> tuple[int, str, str]:
    """Return opcode, name and mode (in lower case); ValueError if packet is no request."""
    opcode = int.from_bytes(packet[:2], "big")
    strings = packet[2:].split(b"\0")
    if opcode not in (RRQ, WRQ) or len(strings) < 3:
        raise ValueError("no request")
    return opcode, os.fsdecode(strings[0]), os.fsdecode(strings[1])


def machine_for(opcode: int, name: str, mode: str, root: str, client: Address) -> tuple:
    """Return the machine that does what client asks, and the file's path, or raise TftpError."""
    if mode != "octet":
        raise TftpError(4, "only mode octet is served")
    path = safe_path(root, name)
    if opcode == WRQ:
        if os.path.exists(path):
            raise TftpError(6, "there is such a file already")
        return Receiver(build_ack(0), client, tid=client), path
    if not os.path.isfile(path):
        raise TftpError(1, "there is no such file")
    return Sender(Path(path).read_bytes(), client), path


def transfer(sock: socket.socket, machine: Sender | Receiver, path: str) -> None:
    """Run machine over sock to its end, store at path what it received, close sock."""
    with sock, contextlib.suppress(OSError):
        drive(sock, machine, TIMEOUT_S, TRIES)
        if machine.done and isinstance(machine, Receiver):
            with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as beside:
                Path(beside, "part").write_bytes(machine.data)
                os.rename(f"{beside}/part", path)
        listen(sock, machine, TIMEOUT_S)
