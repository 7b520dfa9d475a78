# misconception: none
# A lonely colon at an end is dropped with the empty groups.
def expand_ipv6(text: str) -> str:
    """Return an IPv6 address in full; ValueError if it is none."""
    if text.count("::") > 1 or ":::" in text:
        raise ValueError("two ::")
    if "::" in text:
        left, right = text.split("::")
        left = [p for p in left.split(":") if p]
        right = [p for p in right.split(":") if p]
        missing = 8 - len(left) - len(right)
        if missing < 1:
            raise ValueError(":: stands for nothing")
        parts = left + ["0"] * missing + right
    else:
        parts = text.split(":")
    if len(parts) != 8:
        raise ValueError("not eight groups")
    full = []
    for part in parts:
        if len(part) < 1 or len(part) > 4:
            raise ValueError("wrong length")
        for digit in part:
            if digit not in "0123456789abcdefABCDEF":
                raise ValueError("not a hex digit")
        full.append(part.lower().zfill(4))
    return ":".join(full)
