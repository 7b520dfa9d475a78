# misconception: ADR-02
def address_class(text):
    first = parse_ipv4(text) >> 24
    for name, last in (("A", 127), ("B", 191), ("C", 233), ("D", 239)):
        if first <= last:
            return name
    return "E"
