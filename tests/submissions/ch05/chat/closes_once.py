# misconception: UDP-26
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.on_message, self.stop, self.thread = on_message, None, None

    def start(self):
        self.stop = threading.Event()
        arguments = self.sock, self.on_message, self.stop
        self.thread = threading.Thread(target=receiver_loop, args=arguments)
        self.thread.start()

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        if self.stop:
            self.stop.set()
            self.thread.join()
        self.sock.close()
        del self.sock
