# misconception: TFT-10
# Right for the empty file, but 512 bytes get no shorter block after them.
def blocks(data: bytes, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """Give (number, payload) for each DATA packet: 512 bytes each, the last one shorter."""
    count = max(1, -(-len(data) // 512))
    return [((first + n) % 65536, data[n * 512 : (n + 1) * 512]) for n in range(count)]
