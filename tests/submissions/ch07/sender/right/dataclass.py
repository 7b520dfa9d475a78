# right: dataclass
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple


class Reply(NamedTuple):
    packet: bytes
    address: tuple


@dataclass
class Sender:
    data: bytes
    peer: Address
    request: bytes | None = None
    first: int = 1
    done: bool = False
    error: tuple | None = None
    progress: int = 0
    tid: Address | None = None
    queue: deque = field(default_factory=deque)

    def __post_init__(self):
        numbered = list(blocks(self.data, self.first))
        self.queue.extend((n, struct.pack(">HH", DATA, n) + p) for n, p in numbered)
        if self.request:
            self.queue.appendleft((0, self.request))
        else:
            self.tid = self.peer

    def start(self):
        return [Reply(self.queue[0][1], self.peer)]

    def on_timeout(self):
        return (
            [Reply(self.queue[0][1], self.tid or self.peer)]
            if self.queue and not self.error
            else []
        )

    def feed(self, packet, address):
        try:
            match parse(packet):
                case ("ERROR", code, message):
                    if self._mine(address) and not self.done:
                        self.error = (code, message)
                    return []
                case _ if not self._mine(address):
                    return [Reply(STRANGER, address)]
                case ("ACK", n) if self.queue and n == self.queue[0][0] and not self.error:
                    self.tid = address
                    self.queue.popleft()
                    self.progress += 1
                    self.done = not self.queue
                    return self.on_timeout()
        except ValueError:
            pass
        return []

    def _mine(self, address):
        return address == self.tid if self.tid else address[0] == self.peer[0]
