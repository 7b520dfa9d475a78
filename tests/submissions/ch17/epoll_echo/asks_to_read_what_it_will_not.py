# misconception: none
class Client:
    """One client: its bytes come in, and go back."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.owed, self.finished = sock, OutBuffer(), False

    def work(self) -> bool:
        """Send and read until neither goes on; return whether it is over."""
        try:
            while True:
                self.owed.flush(self.sock)
                if self.finished or self.owed.pending() >= HIGH_WATER:
                    break
                if data := self.sock.recv(65536):
                    self.owed.push(data)
                else:
                    self.finished = True
        except BlockingIOError:
            pass
        except OSError:
            return True
        return self.finished and not self.owed.pending()

    def wants(self) -> int:
        """Return what to ask for, level-triggered."""
        owed = self.owed.pending()
        reads = not self.finished
        return select.EPOLLIN * reads | select.EPOLLOUT * (owed > 0)


def epoll_echo(
    listener: socket.socket, stop: threading.Event, edge: bool
) -> int:
    """Echo clients' bytes until stop is set; return how many came."""
    both = select.EPOLLIN | select.EPOLLOUT | select.EPOLLET
    first = both if edge else select.EPOLLIN
    clients, count = {}, 0
    with select.epoll() as poller:
        poller.register(listener, first & ~select.EPOLLOUT)
        try:
            while not stop.is_set():
                for number, _ in poller.poll(0.1):
                    if number == listener.fileno():
                        for sock in accept_all(listener):
                            clients[sock.fileno()] = Client(sock)
                            poller.register(sock, first)
                            count += 1
                        continue
                    client = clients[number]
                    if client.work():
                        poller.unregister(number)
                        clients.pop(number).sock.close()
                    elif not edge:
                        poller.modify(number, client.wants())
        finally:
            for client in clients.values():
                client.sock.close()
    return count
