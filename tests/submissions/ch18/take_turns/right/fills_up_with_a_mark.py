# zip_longest with a mark that nobody can say.
def take_turns(workers: list[Iterable[Any]]) -> list[Any]:
    mark = object()
    turns = itertools.zip_longest(*workers, fillvalue=mark)
    return [said for turn in turns for said in turn if said is not mark]
