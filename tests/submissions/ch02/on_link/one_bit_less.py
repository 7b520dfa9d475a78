# misconception: ADR-07
def on_link(interface, other):
    address, prefix = interface.split("/")
    return (parse_ipv4(address) ^ parse_ipv4(other)) >> (33 - int(prefix)) == 0


def can_talk(a, b):
    return on_link(a, b.split("/")[0]) and on_link(b, a.split("/")[0])
