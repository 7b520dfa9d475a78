def parse_ipv4(text):
    import ipaddress

    return int(ipaddress.IPv4Address(text))
