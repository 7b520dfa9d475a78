# misconception: none
def expand_ipv6(text):
    if text.count("::") > 1 or ":::" in text:
        raise ValueError(text)
    gap = "::" in text
    groups = [group for group in text.split(":") if group]
    missing = 8 - len(groups)
    if missing < 1 if gap else missing or "" in text.split(":"):
        raise ValueError(text)
    for group in groups:
        if len(group) > 4 or set(group) - set("0123456789abcdefABCDEF"):
            raise ValueError(group)
    return ":".join(group.lower().zfill(4) for group in [*groups, *["0"] * missing])
