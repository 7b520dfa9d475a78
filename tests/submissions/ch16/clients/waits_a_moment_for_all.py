# misconception: MUX-20
class Clients:
    def __init__(self):
        self._socks = {}

    def add(self, name, sock):
        self._socks[name] = sock

    def names(self):
        return list(self._socks)

    def sweep(self):
        ready, _, _ = select.select(list(self._socks.values()), [], [], 0.01)
        heard = []
        for name in self.names():
            sock = self._socks[name]
            if sock in ready:
                try:
                    data = sock.recv(4096)
                except ConnectionError:
                    data = b""
                heard.append((name, data))
                if data == b"":
                    self._socks.pop(name).close()
        return heard
