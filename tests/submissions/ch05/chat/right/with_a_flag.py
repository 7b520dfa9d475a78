# right: with a flag
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind((host, port))
        self._sock.settimeout(0.05)
        self._on_message = on_message
        self._stopped = False
        self._thread = None

    @property
    def address(self):
        return self._sock.getsockname()

    def _run(self):
        while not self._stopped:
            try:
                data, address = self._sock.recvfrom(65507)
            except TimeoutError:
                continue
            self._on_message(data.decode(errors="replace"), address)

    def start(self):
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def send(self, text, address):
        data = text.encode("utf-8")
        self._sock.sendto(data, address)
        return len(data)

    def close(self):
        self._stopped = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._sock.close()
