class Loop:
    def __init__(self):
        self.poller = select.poll()
        self.entries = {}

    def add(self, sock, events, callback):
        self.poller.register(sock, events)
        self.entries[sock.fileno()] = [callback]

    def modify(self, sock, events):
        self.poller.modify(sock, events)

    def remove(self, sock):
        number = sock.fileno()
        self.poller.unregister(sock)
        self.entries.pop(number).clear()
        sock.close()

    def run_once(self, timeout=None):
        happened = self.poller.poll(None if timeout is None else timeout * 1000)
        ready = [(self.entries[number], mask) for number, mask in happened]
        count = 0
        for entry, mask in ready:
            if entry:
                count += 1
                entry[0](mask)
        return count

    def close(self):
        self.entries.clear()
