# misconception: COR-07
# Nobody expects StopIteration.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    queue, said = deque(map(iter, workers)), []
    while queue:
        worker = queue.popleft()
        said.append(next(worker))
        queue.append(worker)
    return said
