# right: tuples
def blocks(data: bytes, first: int = 1):
    return tuple(
        ((first + n) & 65535, data[512 * n : 512 * n + 512]) for n in range(1 + len(data) // 512)
    )
