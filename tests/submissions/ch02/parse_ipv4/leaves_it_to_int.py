# misconception: ADR-13
def parse_ipv4(text):
    parts = [int(part) for part in text.split(".")]
    if len(parts) != 4 or not all(0 <= part <= 255 for part in parts):
        raise ValueError(text)
    a, b, c, d = parts
    return a << 24 | b << 16 | c << 8 | d
