def format_ipv4(n):
    parts = []
    rest = n
    for _ in range(4):
        rest, part = divmod(rest, 256)
        parts.append(str(part))
    if rest:
        raise ValueError(n)
    return ".".join(parts[::-1])
