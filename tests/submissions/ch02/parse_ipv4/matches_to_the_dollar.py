# misconception: none
def parse_ipv4(text):
    import re

    part = "(0|[1-9][0-9]?[0-9]?)"
    found = re.match(rf"{part}\.{part}\.{part}\.{part}$", text)
    if found is None or not all(int(each) <= 255 for each in found.groups()):
        raise ValueError(text)
    return int.from_bytes(map(int, found.groups()), "big")
