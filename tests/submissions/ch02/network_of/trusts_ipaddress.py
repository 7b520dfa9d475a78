# misconception: ADR-14
def network_of(address, mask):
    import ipaddress

    return str(ipaddress.ip_network(f"{address}/{mask}", strict=False).network_address)


def broadcast_of(address, mask):
    import ipaddress

    return str(ipaddress.ip_network(f"{address}/{mask}", strict=False).broadcast_address)
