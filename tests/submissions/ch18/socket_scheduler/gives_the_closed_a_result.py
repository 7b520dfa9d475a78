# misconception: none
# Whoever is closed has returned None.
class SocketScheduler(Sleepers):
    """A Sleepers whose tasks may also yield Read(sock) or Write(sock)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, wait=wait_ready) -> None:
        super().__init__(clock, wait)
        self.readers: list[tuple[socket.socket, str, Task]] = []
        self.writers: list[tuple[socket.socket, str, Task]] = []
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True

    def park(self, name: str, task: Task, wish: Any) -> None:
        if isinstance(wish, Read):
            self.readers.append((wish.sock, name, task))
        elif isinstance(wish, Write):
            self.writers.append((wish.sock, name, task))
        else:
            super().park(name, task, wish)

    def run(self) -> None:
        while not self.stopped and (self.ready or self.alarms or self.readers or self.writers):
            self.look()
            self.wake()
            for _ in range(len(self.ready)):
                if not self.stopped:
                    self.turn()
        for *_, name, task in (*self.ready, *self.alarms, *self.readers, *self.writers):
            task.close()
            self.results[name] = None

    def look(self) -> None:
        waiting = [self.readers, self.writers]
        socks = [[sock for sock, _, _ in each] for each in waiting]
        places = self.wait(*socks, 0 if self.ready else self.pause())
        self.readers, self.writers = [], []
        for there, ready, left in zip(waiting, places, (self.readers, self.writers)):
            for place, (sock, name, task) in enumerate(there):
                if place in ready:
                    self.ready.append((name, task))
                else:
                    left.append((sock, name, task))
