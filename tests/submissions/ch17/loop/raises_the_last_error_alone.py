# misconception: EPL-29
class Loop:
    """Watches sockets with one epoll, level-triggered, and calls back."""

    def __init__(self) -> None:
        self._epoll, self._watched = select.epoll(), {}

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
        happened = self._epoll.poll(timeout)
        ready = [(self._watched[fd], fd, mask) for fd, mask in happened]
        count, failed = 0, None
        for entry, fd, mask in ready:
            if self._watched.get(fd) is entry:
                count += 1
                try:
                    entry[1](mask)
                except Exception as error:
                    failed = error
        if failed:
            raise failed
        return count

    def close(self):
        self._epoll.close()
