# misconception: ADR-02
def address_class(text):
    first = parse_ipv4(text) >> 24
    return "A" if first < 128 else "B" if first < 192 else "C"
