# misconception: ADR-19
def expand_ipv6(text):
    if text.count("::") > 1 or ":::" in text:
        raise ValueError(text)
    zeros = ":0" * (8 - len([group for group in text.split(":") if group]))
    if "::" in text:
        if not zeros:
            raise ValueError(text)
        text = text.replace("::", f"{zeros}:")
    elif zeros:
        raise ValueError(text)
    groups = text.split(":")
    if any(len(group) > 4 or set(group) - set("0123456789abcdefABCDEF") for group in groups):
        raise ValueError(text)
    return ":".join(group.lower().zfill(4) for group in groups)
