# misconception: ADR-07
def on_link(interface, other):
    return interface.split(".")[:3] == other.split(".")[:3]


def can_talk(a, b):
    return on_link(a, b) and on_link(b, a)
