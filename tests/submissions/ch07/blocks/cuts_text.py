# misconception: TXT-04
# A DATA packet takes bytes.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    text = data.decode("latin-1")
    for start in range(0, len(text) + 1, 512):
        yield (first + start // 512) % 65536, text[start : start + 512]
