# misconception: none
# address has the host as it was written: "" is no address
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = host, self.sock.getsockname()[1]
        self.stop = threading.Event()
        arguments = self.sock, on_message, self.stop
        self.thread = threading.Thread(target=receiver_loop, args=arguments)

    def start(self):
        self.thread.start()

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.stop.set()
        if self.thread.is_alive():
            self.thread.join()
        self.sock.close()
