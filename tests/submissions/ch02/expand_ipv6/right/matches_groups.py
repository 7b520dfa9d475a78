import re


def expand_ipv6(text):
    halves = text.split("::")
    if len(halves) > 2:
        raise ValueError(text)
    parts = [half.split(":") if half else [] for half in halves]
    for group in sum(parts, []):
        if not re.fullmatch("[0-9A-Fa-f]{1,4}", group):
            raise ValueError(group)
    count = sum(map(len, parts))
    if len(halves) == 1 and count != 8 or len(halves) == 2 and count > 7:
        raise ValueError(text)
    if len(parts) == 2:
        parts.insert(1, ["0"] * (8 - count))
    return ":".join(f"{int(group, 16):04x}" for group in sum(parts, []))
