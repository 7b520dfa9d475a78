# misconception: TXT-14
# A number of packets is whole.
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    return size / 512 // 1 + 1
