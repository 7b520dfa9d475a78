# misconception: none
# 0 and an empty text are things, too.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    queue, said = deque(map(iter, workers)), []
    while queue:
        worker = queue.popleft()
        if word := next(worker, None):
            said.append(word)
            queue.append(worker)
    return said
