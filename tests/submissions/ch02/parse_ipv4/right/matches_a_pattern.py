def parse_ipv4(text):
    import re

    part = "(0|[1-9][0-9]{0,2})"
    found = re.fullmatch(rf"{part}\.{part}\.{part}\.{part}", text)
    if found is None:
        raise ValueError(text)
    return int.from_bytes([int(each) for each in found.groups()], "big")
