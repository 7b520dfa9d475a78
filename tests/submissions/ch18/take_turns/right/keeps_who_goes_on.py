# Rounds, each with a new list.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    workers, said = [iter(each) for each in workers], []
    while workers:
        left = []
        for worker in workers:
            try:
                said.append(next(worker))
                left.append(worker)
            except StopIteration:
                pass
        workers = left
    return said
