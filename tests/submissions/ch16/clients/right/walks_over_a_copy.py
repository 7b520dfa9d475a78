class Clients:
    def __init__(self):
        self._all = []

    def add(self, name, sock):
        self._all.append((name, sock))

    def names(self):
        return [name for name, _ in self._all]

    def sweep(self):
        heard = []
        for each in list(self._all):
            name, sock = each
            sock.setblocking(False)
            try:
                data = sock.recv(4096)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            heard.append((name, data))
            if not data:
                self._all.remove(each)
                sock.close()
        return heard
