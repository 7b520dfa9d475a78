# misconception: MUX-03
class Clients:
    def __init__(self):
        self._all = []

    def add(self, name, sock):
        self._all.append((name, sock))

    def names(self):
        return [name for name, _ in self._all]

    def sweep(self):
        heard = []
        for each in self._all:
            name, sock = each
            try:
                data = try_recv(sock)
            except ConnectionResetError:
                data = b""
            if data is None:
                continue
            heard.append((name, data))
            if not data:
                sock.close()
                self._all.remove(each)
        return heard
