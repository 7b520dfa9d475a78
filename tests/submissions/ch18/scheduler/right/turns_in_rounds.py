# A list, round by round.
class Scheduler:
    def __init__(self):
        self.tasks, self.results, self.errors = [], {}, {}

    def spawn(self, name, task):
        self.tasks.append((name, task))

    def run(self):
        while self.tasks:
            name, task = self.tasks.pop(0)
            try:
                task.send(None)
            except StopIteration as end:
                self.results[name] = end.value
            except Exception as error:
                self.errors[name] = error.__class__.__name__
            else:
                self.tasks.append((name, task))
