# misconception: none
# A thousand blocks are half a megabyte, and a thousand calls are all that Python stacks.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    yield first, data[:512]
    if len(data) >= 512:
        yield from blocks(data[512:], (first + 1) % 65536)
