# right: zips
import itertools


def blocks(data, first=1):
    numbers = itertools.chain(range(first, 65536), itertools.cycle(range(65536)))
    return zip(numbers, (data[i : i + 512] for i in range(0, len(data) + 1, 512)))
