# misconception: none
# Sleep(0) goes straight to the queue, before those that were due earlier.
class Sleepers(Scheduler):
    """A Scheduler whose tasks may also yield Sleep(seconds)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, wait=wait_ready) -> None:
        super().__init__()
        self.clock, self.wait = clock, wait
        self.alarms: list[tuple[float, int, str, Task]] = []
        self.tickets = itertools.count()

    def park(self, name: str, task: Task, wish: Any) -> None:
        if isinstance(wish, Sleep) and wish.seconds > 0:
            due = self.clock() + wish.seconds
            heapq.heappush(self.alarms, (due, next(self.tickets), name, task))
        else:
            super().park(name, task, wish)

    def run(self) -> None:
        while self.ready or self.alarms:
            if not self.ready:
                self.wait([], [], self.pause())
            self.wake()
            for _ in range(len(self.ready)):
                self.turn()

    def pause(self) -> float | None:
        return max(0, self.alarms[0][0] - self.clock()) if self.alarms else None

    def wake(self) -> None:
        while self.alarms and self.alarms[0][0] <= self.clock():
            _, _, name, task = heapq.heappop(self.alarms)
            self.ready.append((name, task))
