def usable_hosts(prefix):
    if prefix < 0 or prefix > 32:
        raise ValueError(prefix)
    return {32: 1, 31: 2}.get(prefix, (1 << 32 - prefix) - 2)
