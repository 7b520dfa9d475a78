# misconception: none
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.sock.setblocking(False)
        self.on_message, self.started = on_message, False

    def start(self):
        self.started = True

    def send(self, text, address):
        count = self.sock.sendto(text.encode(), address)
        if not self.started:
            return count
        try:
            data, sender = self.sock.recvfrom(65507)
            self.on_message(data.decode(errors="replace"), sender)
        except OSError:
            pass
        return count

    def close(self):
        self.sock.close()
