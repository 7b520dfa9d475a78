# misconception: none
# After a short block the other side has left already.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    for start in range(0, len(data), 512):
        yield first, data[start : start + 512]
        first = (first + 1) % 65536
    yield first, b""
