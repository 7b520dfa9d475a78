# misconception: ADR-18
def usable_hosts(prefix):
    if not 0 <= prefix <= 32:
        raise ValueError(prefix)
    return max(2 ** (32 - prefix) - 2, 0)
