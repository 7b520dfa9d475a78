# misconception: none
# None may be said, too.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    queue, said = deque(map(iter, workers)), []
    while queue:
        worker = queue.popleft()
        word = next(worker, None)
        if word is not None:
            said.append(word)
            queue.append(worker)
    return said
