# misconception: ADR-15
def on_link(interface, other):
    address, prefix = interface.split("/")
    return (parse_ipv4(address) ^ parse_ipv4(other)) >> (32 - int(prefix)) == 0


def can_talk(a, b):
    prefix = min(int(a.split("/")[1]), int(b.split("/")[1]))
    return on_link(f"{a.split('/')[0]}/{prefix}", b.split("/")[0])
