# misconception: TFT-21
# One socket for everything: an ACK names a block, and not a file.
def serve(sock69: socket.socket, root: str, stop: threading.Event) -> int:
    """Serve the files in root by TFTP until stop is set; return the number of transfers begun."""
    sock69.settimeout(0.02)
    begun, running = 0, {}  # machine, path, times sent and when again, by client
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(65507)
        except TimeoutError:
            packet = None
        if packet is not None and packet[:2] in (b"\0\1", b"\0\2"):
            try:
                machine, path = machine_for(*split_request(packet), root, client)
            except TftpError as refusal:
                sock69.sendto(error_packet(refusal.code, refusal.message), client)
            except ValueError:
                pass
            else:
                running[client] = [machine, path, 1, time.monotonic() + TIMEOUT_S]
                send(sock69, machine.start())
                begun += 1
        elif packet is not None and client in running:
            machine, path, _, _ = running[client]
            before = machine.progress
            replies = machine.feed(packet, client)
            if machine.progress != before:
                running[client][2:] = 1, time.monotonic() + TIMEOUT_S
            if machine.done and machine.progress != before:
                finished(machine, path)
            send(sock69, replies)
        for client, (machine, path, sent, due) in list(running.items()):
            if machine.error or (time.monotonic() >= due and sent == TRIES):
                del running[client]
            elif time.monotonic() >= due:
                send(sock69, machine.on_timeout())
                running[client][2:] = sent + 1, time.monotonic() + TIMEOUT_S
    return begun


def split_request(packet: bytes) -> tuple[int, str, str]:
    """Return opcode, name and mode (in lower case); ValueError if packet is no request."""
    opcode = int.from_bytes(packet[:2], "big")
    strings = packet[2:].split(b"\0")
    if opcode not in (RRQ, WRQ) or len(strings) < 3:
        raise ValueError("no request")
    return opcode, os.fsdecode(strings[0]), os.fsdecode(strings[1]).lower()


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


def finished(machine: Sender | Receiver, path: str) -> None:
    """Store at path what machine has received."""
    if isinstance(machine, Receiver):
        Path(path + ".part").write_bytes(machine.data)
        os.rename(path + ".part", path)
