# misconception: ADR-06
def parse_ipv4(text):
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError(text)
    address = 0
    for part in parts:
        if part != str(int(part)) or not 0 < int(part) < 255:
            raise ValueError(part)
        address = address << 8 | int(part)
    return address
