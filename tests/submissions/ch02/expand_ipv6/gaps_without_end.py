# misconception: ADR-19
def expand_ipv6(text):
    groups = [group for group in text.split(":") if group]
    for group in groups:
        if len(group) > 4 or set(group) - set("0123456789abcdefABCDEF"):
            raise ValueError(group)
    if "::" not in text and (len(groups) != 8 or text.count(":") != 7):
        raise ValueError(text)
    if len(groups) > 8 or not text or (text[0] == ":" and text[:2] != "::"):
        raise ValueError(text)
    if text[-1] == ":" and text[-2:] != "::":
        raise ValueError(text)
    at = len([group for group in text.partition("::")[0].split(":") if group])
    groups[at:at] = ["0"] * (8 - len(groups))
    return ":".join(group.lower().zfill(4) for group in groups)
