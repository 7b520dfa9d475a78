# misconception: ADR-12
def format_ipv4(n):
    if not 0 <= n < 2**32:
        raise ValueError(n)
    return ".".join(f"{n >> shift & 255:03}" for shift in (24, 16, 8, 0))
