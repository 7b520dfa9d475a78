# right: select loop
import select


def serve(sock69, root, stop):
    """One thread, one select, many machines."""
    host = sock69.getsockname()[0]
    sock69.setblocking(False)
    running, begun = {}, 0
    try:
        while not stop.is_set():
            ready, _, _ = select.select([sock69, *running], [], [], 0.05)
            for sock in ready:
                if sock is sock69:
                    try:
                        packet, client = sock69.recvfrom(65507)
                    except OSError:
                        continue
                    begun += begin(packet, client, host, root, running)
                else:
                    machine, path, sends, due = running[sock]
                    before = machine.progress
                    try:
                        packet, source = sock.recvfrom(65507)
                    except OSError:
                        continue
                    for reply in machine.feed(packet, source):
                        sock.sendto(*reply)
                    if machine.progress != before:
                        sends, due = 1, time.monotonic() + TIMEOUT_S
                    if machine.done and path:
                        part = path + ".%d.tmp" % threading.get_ident()
                        try:
                            with open(part, "wb") as file:
                                file.write(machine.data)
                            os.replace(part, path)
                        except OSError:
                            pass
                        path, sends = None, TRIES  # it stays until due, for its last ACK
                    running[sock] = machine, path, sends, due
                    if machine.error or machine.done and sends < TRIES:
                        sock.close()
                        del running[sock]
            for sock, (machine, path, sends, due) in list(running.items()):
                if time.monotonic() >= due:
                    if sends >= TRIES:
                        sock.close()
                        del running[sock]
                    else:
                        for reply in machine.on_timeout():
                            sock.sendto(*reply)
                        running[sock] = machine, path, sends + 1, time.monotonic() + TIMEOUT_S
    finally:
        for sock in running:
            sock.close()
    return begun


def begin(packet, client, host, root, running):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, 0))
    try:
        opcode = packet[1] if packet[:1] == b"\0" and len(packet) > 1 else 0
        parts = packet[2:].split(b"\0")
        if opcode not in (1, 2) or len(parts) < 3:
            raise TftpError(4, "no request")
        if parts[1].lower() != b"octet":
            raise TftpError(4, "octet only")
        path = safe_path(root, parts[0].decode("utf-8", "surrogateescape"))
        if opcode == 1:
            try:
                with open(path, "rb") as file:
                    machine = Sender(file.read(), client)
            except OSError:
                raise TftpError(1, "no such file")
            path = None
        else:
            if os.path.lexists(path):
                raise TftpError(6, "exists")
            machine = Receiver(build_ack(0), client, tid=client)
    except TftpError as error:
        sock.sendto(error_packet(*error.args), client)
        sock.close()
        return 0
    for reply in machine.start():
        sock.sendto(*reply)
    running[sock] = machine, path, 1, time.monotonic() + TIMEOUT_S
    return 1
