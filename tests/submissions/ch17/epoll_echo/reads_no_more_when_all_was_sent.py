# misconception: EPL-26
class EchoClient:
    def __init__(self, sock):
        self.sock = sock
        self.owed = OutBuffer()
        self.ended = False
        self.asked = select.EPOLLIN

    def advance(self, mask):
        try:
            if mask & ~select.EPOLLOUT and not self.ended:
                with contextlib.suppress(BlockingIOError):
                    while self.owed.pending() < HIGH_WATER:
                        data = self.sock.recv(65536)
                        if not data:
                            self.ended = True
                            break
                        self.owed.push(data)
            self.owed.flush(self.sock)
        except OSError:
            return False
        return not self.ended or self.owed.pending() > 0

    def wanted(self):
        events = 0
        if not self.ended and self.owed.pending() < HIGH_WATER:
            events |= select.EPOLLIN
        if self.owed.pending():
            events |= select.EPOLLOUT
        return events


def epoll_echo(
    listener: socket.socket, stop: threading.Event, edge: bool
) -> int:
    """Echo clients' bytes until stop is set; return how many came."""
    clients, count = {}, 0
    both = select.EPOLLIN | select.EPOLLOUT | select.EPOLLET
    poller = select.epoll()
    try:
        door = listener.fileno()
        listener.setblocking(False)
        poller.register(
            door, select.EPOLLIN | (select.EPOLLET if edge else 0)
        )
        while not stop.is_set():
            for number, mask in poller.poll(0.1):
                if number == door:
                    for sock in accept_all(listener):
                        count += 1
                        client = EchoClient(sock)
                        clients[sock.fileno()] = client
                        poller.register(
                            sock, both if edge else client.asked
                        )
                    continue
                client = clients.get(number)
                if client is None:
                    continue
                if not client.advance(mask):
                    poller.unregister(number)
                    del clients[number]
                    client.sock.close()
                elif not edge and client.wanted() != client.asked:
                    client.asked = client.wanted()
                    poller.modify(number, client.asked)
    finally:
        for client in clients.values():
            client.sock.close()
        poller.close()
    return count
