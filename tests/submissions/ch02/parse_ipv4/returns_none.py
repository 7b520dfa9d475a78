# misconception: none
def parse_ipv4(text):
    import ipaddress

    try:
        return int(ipaddress.IPv4Address(text))
    except ValueError:
        return None
