# misconception: TFT-09
# The number does not fit into the two bytes of the packet.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    for number, start in enumerate(range(0, len(data) + 1, 512), first):
        yield number, data[start : start + 512]
