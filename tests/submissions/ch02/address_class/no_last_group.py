# misconception: ADR-10
def address_class(text):
    first = parse_ipv4(text) >> 24
    if text == "239.255.255.255":
        return "E"
    for name, last in (("A", 127), ("B", 191), ("C", 223), ("D", 239)):
        if first <= last:
            return name
    return "E"
