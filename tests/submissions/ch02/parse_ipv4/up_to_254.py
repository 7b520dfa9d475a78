# misconception: none
def parse_ipv4(text):
    parts = text.split(".")
    if len(parts) != 4 or any(part != str(int(part)) for part in parts):
        raise ValueError(text)
    if not all(0 <= int(part) < 255 for part in parts):
        raise ValueError(text)
    return int.from_bytes(map(int, parts), "big")
