# misconception: MUX-05
class Clients:
    """The clients of one server, by name."""

    def __init__(self) -> None:
        self._socks: dict[str, socket.socket] = {}

    def add(self, name: str, sock: socket.socket) -> None:
        self._socks = {name: sock}

    def names(self) -> list[str]:
        return list(self._socks)

    def sweep(self) -> list[tuple[str, bytes]]:
        heard = []
        for name, sock in self._socks.items():
            try:
                data = try_recv(sock)
            except OSError:
                data = b""
            if data is not None:
                heard.append((name, data))
        for name, data in heard:
            if not data:
                self._socks.pop(name).close()
        return heard
