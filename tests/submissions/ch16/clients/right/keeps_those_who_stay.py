class Clients:
    def __init__(self):
        self._all = []

    def add(self, name, sock):
        self._all.append((name, sock))

    def names(self):
        return [name for name, _ in self._all]

    def sweep(self):
        heard = []
        staying = []
        for name, sock in self._all:
            try:
                data = try_recv(sock)
            except OSError:
                data = b""
            if data is not None:
                heard.append((name, data))
            if data == b"":
                sock.close()
            else:
                staying.append((name, sock))
        self._all = staying
        return heard
