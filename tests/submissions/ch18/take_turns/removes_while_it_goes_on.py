# misconception: none
# The next one moves into the freed place and is passed over.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    workers, said = [iter(each) for each in workers], []
    while workers:
        for worker in workers:
            try:
                said.append(next(worker))
            except StopIteration:
                workers.remove(worker)
    return said
