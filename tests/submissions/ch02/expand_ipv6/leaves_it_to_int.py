# misconception: ADR-13
def expand_ipv6(text):
    head, gap, tail = text.partition("::")
    before, after = (part.split(":") if part else [] for part in (head, tail))
    missing = 8 - len(before) - len(after)
    if "::" in tail or ":::" in text or (missing < 1 if gap else missing):
        raise ValueError(text)
    groups = [*before, *["0"] * missing, *after]
    return ":".join(f"{int(group, 16):04x}" for group in groups)
