# misconception: none
# Of a /32 it takes two away, too.
def usable_hosts(prefix: int) -> int:
    """Return how many addresses hosts may have; ValueError for no prefix length."""
    if not 0 <= prefix <= 32:
        raise ValueError("no prefix length")
    if prefix == 31:
        return 2
    return 2 ** (32 - prefix) - 2
