# misconception: ADR-05
def usable_hosts(prefix):
    if not 0 <= prefix <= 32:
        raise ValueError(prefix)
    return 256 - 2
