# select waits; the socket stays blocking.
import select


def discover(sock: socket.socket, roster, wait: float) -> dict:
    deadline = time.monotonic() + wait
    waiting = list(roster.start())
    while True:
        while waiting:
            sock.sendto(*waiting.pop(0))
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([sock], [], [], left)[0]:
            return roster.people
        waiting += roster.feed(*sock.recvfrom(1 << 16))
