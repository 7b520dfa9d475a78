# misconception: none
def usable_hosts(prefix):
    if prefix == 32:
        return 1
    if prefix == 31:
        return 2
    return 2 ** (32 - prefix) - 2
