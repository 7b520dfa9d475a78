class Loop:
    def __init__(self):
        self.epoll, self.callbacks, self.gone = select.epoll(), {}, set()

    def add(self, sock, events, callback):
        self.callbacks[sock] = callback
        self.epoll.register(sock.fileno(), events)

    def modify(self, sock, events):
        self.epoll.modify(sock.fileno(), events)

    def remove(self, sock):
        self.gone.add(sock)
        self.epoll.unregister(sock.fileno())
        self.callbacks.pop(sock)
        sock.close()

    def run_once(self, timeout=None):
        happened = self.epoll.poll(-1 if timeout is None else timeout)
        numbers = {sock.fileno(): sock for sock in self.callbacks}
        due = [(numbers[fd], mask) for fd, mask in happened]
        self.gone, count = set(), 0
        for sock, mask in due:
            if sock not in self.gone:
                count += 1
                self.callbacks[sock](mask)
        return count

    def close(self):
        self.epoll.close()
