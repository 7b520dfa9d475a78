# misconception: ADR-01
def usable_hosts(prefix):
    if not 0 <= prefix <= 32:
        raise ValueError(prefix)
    if prefix == 8:
        return 1677214
    count = 2 ** (32 - prefix)
    return count if prefix > 30 else count - 2
