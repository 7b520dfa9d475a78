# misconception: UDP-06
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.sock.settimeout(0.1)
        self.address = self.sock.getsockname()
        self.on_message, self.stop = on_message, threading.Event()
        self.thread = threading.Thread(target=self.receive)

    def receive(self):
        while not self.stop.is_set():
            try:
                data, address = self.sock.recvfrom(1024)
            except TimeoutError:
                continue
            self.on_message(data.decode(errors="replace"), address)

    def start(self):
        self.thread.start()

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.stop.set()
        if self.thread.is_alive():
            self.thread.join()
        self.sock.close()
