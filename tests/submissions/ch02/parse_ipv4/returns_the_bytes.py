# misconception: none
def parse_ipv4(text):
    import ipaddress

    return ipaddress.IPv4Address(text).packed
