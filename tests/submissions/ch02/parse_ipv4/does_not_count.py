# misconception: none
def parse_ipv4(text):
    address = 0
    for part in text.split("."):
        if part != str(int(part)) or not 0 <= int(part) <= 255:
            raise ValueError(part)
        address = address << 8 | int(part)
    return address
