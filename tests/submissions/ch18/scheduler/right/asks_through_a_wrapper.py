# yield from hands the value of return on.
class Scheduler:
    def __init__(self):
        self.queue = deque()
        self.results = {}
        self.errors = {}

    def _watched(self, name, task):
        try:
            self.results[name] = yield from task
        except Exception as error:
            self.errors[name] = type(error).__name__

    def spawn(self, name, task):
        self.queue.append(self._watched(name, task))

    def run(self):
        over = object()
        while self.queue:
            task = self.queue.popleft()
            if next(task, over) is not over:
                self.queue.append(task)
