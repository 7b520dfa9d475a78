def expand_ipv6(text):
    import ipaddress

    return ipaddress.IPv6Address(text).exploded
