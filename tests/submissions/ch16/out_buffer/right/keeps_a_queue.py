from collections import deque


class OutBuffer:
    def __init__(self):
        self.pieces = deque()

    def push(self, data):
        if data:
            self.pieces.append(data)

    def pending(self):
        return sum(map(len, self.pieces))

    def flush(self, sock):
        sock.settimeout(0)
        while self.pieces:
            piece = self.pieces.popleft()
            try:
                sent = sock.send(piece)
            except BlockingIOError:
                self.pieces.appendleft(piece)
                return False
            if sent < len(piece):
                self.pieces.appendleft(piece[sent:])
        return True
