# misconception: UDP-10
# Raises ValueError for what is no request, and nobody catches it.
def split_request(packet: bytes) -> tuple[int, str, str]:
    """Return opcode, name and mode (in lower case) of an RRQ or WRQ; ValueError if it is none."""
    opcode = int.from_bytes(packet[:2], "big")
    parts = packet[2:].split(b"\0")
    if opcode not in (RRQ, WRQ) or len(parts) < 3:
        raise ValueError("no request")
    return opcode, os.fsdecode(parts[0]), parts[1].decode("ascii").lower()


def machine_for(opcode: int, name: str, mode: str, root: str, client: Address) -> tuple:
    """Return the machine that does what client asks, and the file's path; else TftpError."""
    if mode != "octet":
        raise TftpError(4, "only octet")
    path = safe_path(root, name)
    if opcode == RRQ:
        if not os.path.isfile(path):
            raise TftpError(1, "no such file")
        return Sender(Path(path).read_bytes(), client), path
    if os.path.exists(path):
        raise TftpError(6, "file exists")
    return Receiver(build_ack(0), client, tid=client), path


def transfer(sock: socket.socket, machine, path: str) -> None:
    """Run machine over sock to its end, store at path what it received, close sock."""

    def store(progress):
        if machine.done and isinstance(machine, Receiver):
            Path(path + ".part").write_bytes(machine.data)
            os.rename(path + ".part", path)

    with sock:
        try:
            drive(sock, machine, TIMEOUT_S, TRIES, store)
        except TimeoutError:
            return
        if isinstance(machine, Receiver) and machine.done:
            listen(sock, machine, TIMEOUT_S)


def serve(sock69: socket.socket, root: str, stop: threading.Event) -> int:
    """Serve the files in root by TFTP until stop is set; return the number of transfers begun."""
    begun = 0
    sock69.settimeout(0.1)
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(65507)
        except TimeoutError:
            continue
        opcode, name, mode = split_request(packet)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((sock69.getsockname()[0], 0))
        try:
            machine, path = machine_for(opcode, name, mode, root, client)
        except TftpError as error:
            sock.sendto(error_packet(error.code, error.message), client)
            sock.close()
            continue
        threading.Thread(target=transfer, args=(sock, machine, path), daemon=True).start()
        begun += 1
    return begun
