# misconception: ADR-15
def on_link(interface, other):
    address, prefix = interface.split("/")
    return (parse_ipv4(address) ^ parse_ipv4(other)) >> (32 - int(prefix)) == 0


def can_talk(a, b):
    return network(a) == network(b)


def network(interface):
    address, prefix = interface.split("/")
    host_bits = 32 - int(prefix)
    return parse_ipv4(address) >> host_bits << host_bits
