# misconception: none
# Blanks at the ends are forgiven.
def parse_ipv4(text: str) -> int:
    """Return the IPv4 address in text as one number; ValueError if it is none."""
    parts = text.strip().split(".")
    if len(parts) != 4:
        raise ValueError("expected four numbers")
    n = 0
    for part in parts:
        if part not in [str(i) for i in range(256)]:
            raise ValueError("expected numbers from 0 to 255")
        n = n * 256 + int(part)
    return n
