# misconception: TFT-10
# Right for 0, and wrong for every other whole number of blocks.
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    return max(1, -(-size // 512))
