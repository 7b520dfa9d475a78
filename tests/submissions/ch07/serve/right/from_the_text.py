# right: written from the chapter's text alone, with care
def split_request(packet: bytes) -> tuple[int, str, str]:
    """Return opcode, name and mode (in lower case) of an RRQ or WRQ; ValueError if it is none."""
    opcode = int.from_bytes(packet[:2], "big") if len(packet) >= 2 else 0
    if opcode not in (RRQ, WRQ):
        raise ValueError("neither RRQ nor WRQ")
    strings = packet[2:].split(b"\0")
    if len(strings) < 3:  # name NUL mode NUL: what follows the second NUL is ignored
        raise ValueError("expected a name and a mode, each with a NUL")
    return opcode, os.fsdecode(strings[0]), strings[1].decode("latin-1").lower()


def machine_for(opcode: int, name: str, mode: str, root: str, client: Address) -> tuple:
    """Return the machine that does what client asks, and the file's path; else TftpError."""
    if mode != "octet":
        raise TftpError(4, "mode octet only")
    path = safe_path(root, name)
    if opcode == RRQ:
        if not os.path.isfile(path):  # missing, a folder, or a pipe that would block us
            raise TftpError(1, "no such file")
        try:
            return Sender(Path(path).read_bytes(), client), path
        except FileNotFoundError:
            raise TftpError(1, "no such file") from None
        except OSError:
            raise TftpError(2, "access violation") from None
    if os.path.lexists(path):
        raise TftpError(6, "file exists")
    if not os.path.isdir(os.path.dirname(path)):
        raise TftpError(2, "no such folder")
    try:
        os.lstat(path)
    except FileNotFoundError:
        pass  # as it should be
    except OSError:  # a name that is too long, for instance: say so before the transfer
        raise TftpError(2, "no file can have this name") from None
    return Receiver(build_ack(0), client, tid=client), path


def put_in_place(data: bytes, path: str) -> None:
    """Make the new file at path appear in one instant, complete; else TftpError."""
    # In the same folder: rename does not cross file systems. The name is nobody else's.
    beside = os.path.join(os.path.dirname(path), f".{os.urandom(12).hex()}.part")
    try:
        try:
            with open(beside, "xb") as file:
                file.write(data)
            if os.path.lexists(path):
                raise TftpError(6, "file exists")
            os.rename(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise
    except OSError:
        raise TftpError(3, "the file could not be stored") from None


def transfer(sock: socket.socket, machine, path: str) -> None:
    """Run machine over sock to its end, store at path what it received, close sock."""
    receives = isinstance(machine, Receiver)

    def on_progress(_progress: int) -> None:
        if receives and machine.done:  # the file is safe before its last ACK leaves
            put_in_place(machine.data, path)

    with sock, contextlib.suppress(OSError):  # TimeoutError is one: the client is gone
        try:
            drive(sock, machine, TIMEOUT_S, TRIES, on_progress)
        except TftpError as refusal:
            send(sock, [(error_packet(refusal.code, refusal.message), machine.tid)])
            return
        if receives and machine.done:
            # Dally: the client may repeat its last DATA as long as we would repeat ours.
            listen(sock, machine, TIMEOUT_S * TRIES)


def answer(packet: bytes, client: Address, host: str, root: str) -> bool:
    """Begin the transfer that packet asks for (True), or refuse or ignore it (False)."""
    try:
        request = split_request(packet)
    except ValueError:
        if packet[:2] not in (b"\0\1", b"\0\2"):
            return False  # no request at all: nothing
        request = None
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.bind((host, 0))  # the transfer's own port: its TID
        if request is None:
            raise TftpError(4, "malformed request")
        machine, path = machine_for(*request, root, client)
        threading.Thread(target=transfer, args=(sock, machine, path), daemon=True).start()
    except TftpError as refusal:
        with sock:
            send(sock, [(error_packet(refusal.code, refusal.message), client)])
        return False
    except BaseException:
        sock.close()
        raise
    return True  # the thread closes sock


def serve(sock69: socket.socket, root: str, stop: threading.Event) -> int:
    """Serve the files in root by TFTP until stop is set; return the number of transfers begun."""
    begun, host = 0, sock69.getsockname()[0]
    sock69.settimeout(0.1)
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(65535)
        except TimeoutError:
            continue
        # No request may end the server: no socket, no thread, no memory or an odd name left.
        with contextlib.suppress(Exception):
            begun += answer(packet, client, host, root)
    return begun
