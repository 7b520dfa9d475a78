# misconception: none
def usable_hosts(prefix):
    if not 0 <= prefix <= 32:
        raise ValueError(prefix)
    count = 2 ** (32 - prefix)
    return count if prefix > 30 else count - 1
