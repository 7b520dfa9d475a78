def format_ipv4(n):
    import ipaddress

    return str(ipaddress.IPv4Address(n))
