# misconception: COR-07
# The end of one is taken for the end of all.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    workers, said = [iter(each) for each in workers], []
    while workers:
        for worker in workers:
            try:
                said.append(next(worker))
            except StopIteration:
                return said
    return said
