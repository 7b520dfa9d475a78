# right: begins a transfer late, as on a slow disk
class Transfer(threading.Thread):
    """Takes its time before it begins; the client may have asked again meanwhile."""

    def __init__(self, host, client):
        super().__init__(daemon=True)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.client = client
        self.machine = self.path = None

    def run(self):
        try:
            time.sleep(0.03)
            self.sock.connect(self.client)
            self._go(self.machine.start(), TRIES)
            if self.machine.done and self.path:
                fd, part = tempfile.mkstemp(dir=os.path.dirname(self.path), prefix=".")
                with os.fdopen(fd, "wb") as file:
                    file.write(self.machine.data)
                os.link(part, self.path)
                os.unlink(part)
                self._dally()
        except OSError:
            pass
        finally:
            self.sock.close()

    def _dally(self):
        end = time.monotonic() + TIMEOUT_S
        while (wait := end - time.monotonic()) > 0:
            self.sock.settimeout(wait)
            for packet, _ in self.machine.feed(self.sock.recv(600), self.client):
                self.sock.send(packet)

    def _go(self, out, tries):
        machine, left = self.machine, tries
        while True:
            for packet, _ in out:
                self.sock.send(packet)
            if machine.done or machine.error:
                return
            end = time.monotonic() + TIMEOUT_S
            before = machine.progress
            out = None
            while (wait := end - time.monotonic()) > 0:
                self.sock.settimeout(wait)
                try:
                    replies = machine.feed(self.sock.recv(600), self.client)
                except TimeoutError:
                    break
                if machine.progress != before or machine.error:
                    out, left = replies, tries
                    break
                for packet, _ in replies:
                    self.sock.send(packet)
            if out is None:
                left -= 1
                if left == 0:
                    return
                out = machine.on_timeout()


def serve(sock69, root, stop):
    host = sock69.getsockname()[0]
    sock69.settimeout(0.15)
    count = 0
    while not stop.is_set():
        try:
            packet, client = sock69.recvfrom(1024)
        except TimeoutError:
            continue
        words = packet[2:].split(b"\0")
        if packet[:2] not in (b"\0\1", b"\0\2") or len(words) < 3:
            sock69_free = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            with sock69_free:
                sock69_free.sendto(error_packet(4, "?"), client)
            continue
        job = Transfer(host, client)
        try:
            name = os.fsdecode(words[0])
            full = safe_path(root, name)
            if words[1].upper() != b"OCTET":
                raise TftpError(4, "octet")
            if packet[1] == WRQ:
                if os.path.exists(full):
                    raise TftpError(6, "exists")
                job.machine, job.path = Receiver(build_ack(0), client, tid=client), full
            elif os.path.isfile(full):
                job.machine = Sender(Path(full).read_bytes(), client)
            else:
                raise TftpError(1, "not there")
        except TftpError as error:
            job.sock.sendto(error_packet(error.code, error.message), client)
            job.sock.close()
            continue
        job.start()
        count += 1
    return count
