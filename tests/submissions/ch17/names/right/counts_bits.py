BITS = {0: "IN", 1: "PRI", 2: "OUT", 3: "ERR", 4: "HUP", 13: "RDHUP", 30: "ONESHOT", 31: "ET"}


def names(mask):
    found = set()
    for place, name in BITS.items():
        if mask >> place & 1:
            found.add(f"EPOLL{name}")
    return found
