# right: written from the chapter's text alone, with care
def estimate_blocks(size: int) -> int:
    """Return how many DATA packets a file of size bytes takes."""
    return size // 512 + 1
