# misconception: STR-43
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.on_message, self.closing, self.thread = on_message, False, None

    def receive(self):
        while True:
            data, address = self.sock.recvfrom(65507)
            if self.closing:
                return
            self.on_message(data.decode(errors="replace"), address)

    def start(self):
        self.thread = threading.Thread(target=self.receive)
        self.thread.start()

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.closing = True
        host, port = self.address
        self.sock.sendto(b"", ("127.0.0.1" if host == "0.0.0.0" else host, port))
        if self.thread:
            self.thread.join()
        self.sock.close()
