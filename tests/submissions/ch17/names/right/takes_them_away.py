def names(mask):
    found = set()
    for name in "IN PRI OUT ERR HUP RDHUP ONESHOT ET".split():
        bit = getattr(select, "EPOLL" + name)
        if mask | bit == mask:
            found.add("EPOLL" + name)
            mask ^= bit
    return found
