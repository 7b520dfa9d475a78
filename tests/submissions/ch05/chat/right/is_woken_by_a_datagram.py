# right: is woken by a datagram
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.on_message = on_message
        self.closing = False
        self.threads = []

    def _receive(self):
        while True:
            data, address = self.sock.recvfrom(65507)
            if self.closing:
                return
            self.on_message(data.decode("utf-8", "replace"), address)

    def start(self):
        self.threads.append(threading.Thread(target=self._receive))
        self.threads[-1].start()

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.closing = True
        while self.threads:
            host, port = self.address
            self.sock.sendto(b"", ("127.0.0.1" if host == "0.0.0.0" else host, port))
            self.threads.pop().join()
        self.sock.close()
