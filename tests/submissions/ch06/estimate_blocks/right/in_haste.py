# right: written from the chapter's text alone, in haste
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    return size // 512 + 1
