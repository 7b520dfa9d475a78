# right: a class counts, and its socket waits in a non-blocking loop that watches stop
class Tally:
    def __init__(self):
        self.of, self.total = {}, 0

    def next(self, address):
        self.total += 1
        self.of[address] = self.of.get(address, 0) + 1
        return self.of[address]


def reply_counter_server(sock: socket.socket, stop: threading.Event) -> int:
    """Answer every datagram with its number for that sender, a space, and its bytes."""
    tally = Tally()
    sock.setblocking(False)
    while not stop.wait(0.01):
        try:
            while not stop.is_set():
                data, client = sock.recvfrom(70_000)
                number = f"{tally.next(client)} "
                sock.sendto(number.encode() + data, client)
        except BlockingIOError:
            pass
    return tally.total
