import ipaddress


def network_of(address, mask):
    return str(network(address, mask).network_address)


def broadcast_of(address, mask):
    return str(network(address, mask).broadcast_address)


def network(address, mask):
    found = ipaddress.IPv4Network(f"{address}/{mask}", strict=False)
    if mask != str(found.netmask):
        raise ValueError(mask)
    return found
