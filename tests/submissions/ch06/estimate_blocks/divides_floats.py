# misconception: TXT-14
# 2**60 - 1 becomes 2**60 as a float.
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    return int(size / 512) + 1
