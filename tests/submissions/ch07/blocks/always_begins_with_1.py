# misconception: none
# first is not looked at.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    for start in range(0, len(data) + 1, 512):
        yield (start // 512 + 1) % 65536, data[start : start + 512]
