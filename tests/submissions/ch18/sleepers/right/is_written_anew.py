# It inherits nothing.
class Sleepers:
    def __init__(self, clock=time.monotonic, wait=wait_ready):
        self.clock, self.wait = clock, wait
        self.queue, self.asleep = [], []
        self.results, self.errors = {}, {}

    def spawn(self, name, task):
        self.queue.append((name, task))

    def run(self):
        while self.queue or self.asleep:
            now = self.clock()
            due = sorted((each for each in self.asleep if each[0] <= now), key=lambda e: e[0])
            self.asleep = [each for each in self.asleep if each[0] > now]
            self.queue += [each[1:] for each in due]
            if not self.queue:
                self.wait([], [], min(each[0] for each in self.asleep) - now)
                continue
            round, self.queue = self.queue, []
            for name, task in round:
                try:
                    wish = next(task)
                except StopIteration as end:
                    self.results[name] = end.value
                except Exception as error:
                    self.errors[name] = type(error).__name__
                else:
                    if isinstance(wish, Sleep):
                        self.asleep.append((self.clock() + wish.seconds, name, task))
                    else:
                        self.queue.append((name, task))
