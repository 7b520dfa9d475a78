# misconception: none
def on_link(interface, other):
    address, prefix = interface.split("/")
    mask = ~0 << int(prefix)
    return parse_ipv4(address) & mask == parse_ipv4(other) & mask


def can_talk(a, b):
    return on_link(a, b.split("/")[0]) and on_link(b, a.split("/")[0])
