# misconception: none
# A stack is no queue.
class Scheduler:
    """Runs generators in turns, in one thread; results and errors are kept by name."""

    def __init__(self) -> None:
        self.results: dict[str, Any] = {}
        self.errors: dict[str, str] = {}
        self.ready: deque[tuple[str, Task]] = deque()

    def spawn(self, name: str, task: Task) -> None:
        self.ready.append((name, task))

    def run(self) -> None:
        while self.ready:
            self.turn()

    def turn(self) -> None:
        name, task = self.ready.pop()
        try:
            wish = next(task)
        except StopIteration as end:
            self.results[name] = end.value
        except Exception as error:
            self.errors[name] = type(error).__name__
        else:
            self.park(name, task, wish)

    def park(self, name: str, task: Task, wish: Any) -> None:
        self.ready.append((name, task))
