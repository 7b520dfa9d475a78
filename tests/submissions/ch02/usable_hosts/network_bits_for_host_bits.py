# misconception: none
def usable_hosts(prefix):
    if not 0 <= prefix <= 32:
        raise ValueError(prefix)
    return 2**prefix - 2 if prefix < 31 else 33 - prefix
