# misconception: none
def expand_ipv6(text):
    head, gap, tail = text.partition("::")
    before, after = (part.split(":") if part else [] for part in (head, tail))
    if "::" in tail or (gap and len(before) + len(after) > 7):
        raise ValueError(text)
    groups = [*before, *["0"] * (8 - len(before) - len(after)), *after]
    for group in groups:
        if not 1 <= len(group) <= 4 or set(group) - set("0123456789abcdefABCDEF"):
            raise ValueError(group)
    return ":".join(group.lower().zfill(4) for group in groups)
