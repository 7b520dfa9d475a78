# misconception: ADR-07
def on_link(interface, other):
    address, prefix = interface.split("/")
    count = int(prefix) // 8
    return address.split(".")[:count] == other.split(".")[:count]


def can_talk(a, b):
    return on_link(a, b.split("/")[0]) and on_link(b, a.split("/")[0])
