# misconception: none
def parse_ipv4(text):
    parts = text.split(".")
    if len(parts) != 4 or any(part != str(int(part)) for part in parts):
        raise ValueError(text)
    address = 0
    for part in parts:
        if not 0 <= int(part) <= 256:
            raise ValueError(part)
        address = address * 256 + int(part)
    return address
