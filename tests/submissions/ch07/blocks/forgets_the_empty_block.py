# misconception: TFT-10
# Nothing for an empty file, and no end after a full block.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    for start in range(0, len(data), 512):
        yield (first + start // 512) % 65536, data[start : start + 512]
