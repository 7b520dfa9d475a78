# misconception: none
def parse_ipv4(text):
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isdigit() and int(part) <= 255 for part in parts):
        raise ValueError(text)
    address = 0
    for part in parts:
        address = address * 256 + int(part)
    return address
