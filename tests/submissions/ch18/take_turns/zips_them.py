# misconception: COR-07
# zip ends with the shortest.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    return [said for turn in zip(*workers) for said in turn]
