# right: written from the chapter's text alone, with care
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    for index in range(len(data) // 512 + 1):
        yield (first + index) % 65536, data[index * 512 : (index + 1) * 512]
