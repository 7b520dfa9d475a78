# misconception: none
# The last block may be short, and counts.
def estimate_blocks(size):
    return size // 512
