# misconception: none
def on_link(interface, other):
    address, prefix = interface.split("/")
    return (parse_ipv4(address) ^ parse_ipv4(other)) >> (32 - int(prefix)) == 0


def can_talk(a, b):
    return a.split("/")[1] == b.split("/")[1] and on_link(a, b.split("/")[0])
