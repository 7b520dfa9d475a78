# misconception: EPL-24, EPL-15
class Loop:
    """Watches sockets with one epoll, level-triggered, and calls back."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._watched = {}

    def add(self, sock, events, callback):
        self._epoll.register(sock, events)
        self._watched[sock.fileno()] = (sock, callback)

    def modify(self, sock, events):
        self._epoll.modify(sock, events)

    def remove(self, sock):
        del self._watched[sock.fileno()]
        self._epoll.unregister(sock)
        sock.close()

    def run_once(self, timeout=None):
        ready = self._epoll.poll(timeout)
        for fd, mask in ready:
            entries = self._watched.values()
            _, callback = [entry for entry in entries if entry[0].fileno() == fd][0]
            callback(mask)
        return len(ready)

    def close(self):
        self._epoll.close()
