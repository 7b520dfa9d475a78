# misconception: TFT-09
# Block 0 is skipped, as if it belonged to the request alone.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    number = first
    for start in range(0, len(data) + 1, 512):
        yield number, data[start : start + 512]
        number = number % 65535 + 1
