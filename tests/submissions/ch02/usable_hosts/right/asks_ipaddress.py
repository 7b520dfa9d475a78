def usable_hosts(prefix):
    import ipaddress

    network = ipaddress.IPv4Network((0, prefix)) if 0 <= prefix <= 32 else None
    if network is None:
        raise ValueError(prefix)
    count = network.num_addresses
    return count - 2 * (count > 2)
