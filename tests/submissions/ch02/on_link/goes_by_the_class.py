# misconception: ADR-07
def on_link(interface, other):
    first = int(interface.split(".")[0])
    count = 1 if first < 128 else 2 if first < 192 else 3
    return interface.split(".")[:count] == other.split(".")[:count]


def can_talk(a, b):
    return on_link(a, b.split("/")[0]) and on_link(b, a.split("/")[0])
