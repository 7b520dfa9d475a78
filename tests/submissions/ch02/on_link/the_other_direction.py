# misconception: ADR-15
def on_link(interface, other):
    address, prefix = interface.split("/")
    return (parse_ipv4(address) ^ parse_ipv4(other)) >> (32 - int(prefix)) == 0


def can_talk(a, b):
    return on_link(b, a.split("/")[0])
