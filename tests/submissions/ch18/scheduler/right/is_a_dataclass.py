# Fields in the place of __init__.
from dataclasses import dataclass, field


@dataclass(eq=False)
class Scheduler:
    results: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    _queue: list = field(default_factory=list)

    def spawn(self, name, task):
        self._queue.append((name, task))

    def run(self):
        for name, task in self._queue:
            try:
                next(task)
            except StopIteration as end:
                self.results[name] = end.value
            except Exception as error:
                self.errors[name] = type(error).__name__
            else:
                self._queue.append((name, task))
        self._queue.clear()
