# right: is a thread
class Chat(threading.Thread):
    def __init__(self, on_message, host="127.0.0.1", port=0):
        super().__init__()
        self.on_message = on_message
        self.stopped = threading.Event()
        self.sock = socket.socket(type=socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()

    def run(self):
        receiver_loop(self.sock, self.on_message, self.stopped)

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.stopped.set()
        if self.ident is not None:
            self.join()
        self.sock.close()
