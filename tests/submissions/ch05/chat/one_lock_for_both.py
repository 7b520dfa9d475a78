# misconception: UDP-15, UDP-16
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.on_message, self.stop = on_message, threading.Event()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self.receive, daemon=True)

    def receive(self):
        while not self.stop.is_set():
            with self.lock:
                data, address = self.sock.recvfrom(65507)
            self.on_message(data.decode(errors="replace"), address)

    def start(self):
        self.thread.start()

    def send(self, text, address):
        with self.lock:
            return self.sock.sendto(text.encode(), address)

    def close(self):
        self.stop.set()
        self.sock.close()
