# misconception: none
# each message is told in a thread of its own: two at once, in any order
class Chat:
    def __init__(self, on_message, host="127.0.0.1", port=0):
        self.on_message = on_message
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, port))
        self.address = self.sock.getsockname()
        self.stop = threading.Event()
        self.telling = []
        self.thread = threading.Thread(target=receiver_loop, args=(self.sock, self.tell, self.stop))

    def tell(self, text, address):
        self.telling.append(threading.Thread(target=self.on_message, args=(text, address)))
        self.telling[-1].start()

    def start(self):
        self.thread.start()

    def send(self, text, address):
        return self.sock.sendto(text.encode(), address)

    def close(self):
        self.stop.set()
        for thread in (self.thread, *self.telling):
            if thread.is_alive():
                thread.join()
        self.sock.close()
