# right: written from the chapter's text alone, in haste
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    for i in range(len(data) // 512 + 1):
        yield (first + i) % 65536, data[i * 512 : i * 512 + 512]
