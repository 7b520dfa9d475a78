# misconception: none
def address_class(text):
    first = parse_ipv4(text) >> 24
    if first == 127:
        return ""
    for name, last in (("A", 126), ("B", 191), ("C", 223), ("D", 239)):
        if first <= last:
            return name
    return "E"
