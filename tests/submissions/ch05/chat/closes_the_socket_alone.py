# misconception: UDP-32
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address, self.on_message = self.sock.getsockname(), on_message

    def start(self):
        threading.Thread(target=self.receive).start()

    def receive(self):
        while True:
            try:
                data, address = self.sock.recvfrom(65507)
            except OSError:
                return
            self.on_message(data.decode(errors="replace"), address)

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.sock.close()
