# misconception: TFT-10
# A file of 512 bytes needs an empty block behind its full one, and an empty file one block.
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    return (size + 511) // 512
