# One list of all who wait; what each waits for stands beside it.
class SocketScheduler(Sleepers):
    """A Sleepers whose tasks may also yield Read(sock) or Write(sock)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, wait=wait_ready) -> None:
        super().__init__(clock, wait)
        self.waiting: list[tuple[Any, str, Task]] = []
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True

    def park(self, name: str, task: Task, wish: Any) -> None:
        if isinstance(wish, (Read, Write)):
            self.waiting.append((wish, name, task))
        else:
            super().park(name, task, wish)

    def run(self) -> None:
        while not self.stopped and (self.ready or self.alarms or self.waiting):
            self.look()
            self.wake()
            for _ in range(len(self.ready)):
                if not self.stopped:
                    self.turn()
        for *_, task in (*self.ready, *self.alarms, *self.waiting):
            task.close()

    def look(self) -> None:
        kinds = [[each for each in self.waiting if type(each[0]) is kind] for kind in (Read, Write)]
        socks = [[wish.sock for wish, _, _ in kind] for kind in kinds]
        places = self.wait(*socks, 0 if self.ready else self.pause())
        for kind, ready in zip(kinds, places):
            for place in ready:
                self.waiting.remove(kind[place])
                self.ready.append(kind[place][1:])
