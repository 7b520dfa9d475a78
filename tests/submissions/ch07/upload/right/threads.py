# right: threads
import queue


def upload(host, port, path, name, timeout=0.2, tries=5):
    data = Path(path).read_bytes()
    machine = Sender(data, (host, port), struct.pack("!H", WRQ) + name.encode() + b"\0octet\0")
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", 0))
    sock.settimeout(0.01)
    came, over = queue.Queue(), threading.Event()

    def hear():
        while not over.is_set():
            try:
                came.put(sock.recvfrom(65507))
            except TimeoutError:
                pass

    ear = threading.Thread(target=hear)
    ear.start()
    try:
        send(sock, machine.start())
        attempt, due = 1, time.monotonic() + timeout
        while not machine.done and not machine.error:
            before = machine.progress
            try:
                send(sock, machine.feed(*came.get(timeout=max(0.001, due - time.monotonic()))))
            except queue.Empty:
                pass
            if machine.progress != before:
                attempt, due = 1, time.monotonic() + timeout
            elif time.monotonic() >= due and not machine.error:
                if attempt == tries:
                    raise TimeoutError("silence")
                attempt, due = attempt + 1, time.monotonic() + timeout
                send(sock, machine.on_timeout())
    finally:
        over.set()
        ear.join()
        sock.close()
    if machine.error:
        raise TftpError(*machine.error)
    return len(data)
