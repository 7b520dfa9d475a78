# misconception: ADR-04
def address_class(text):
    n = parse_ipv4(text)
    for name, low, high in (
        ("A", "1.0.0.1", "126.255.255.254"),
        ("B", "128.1.0.1", "191.255.255.254"),
        ("C", "192.0.1.1", "223.255.255.254"),
        ("D", "224.0.0.1", "239.255.255.254"),
    ):
        if parse_ipv4(low) <= n <= parse_ipv4(high):
            return name
    return "E"
