def on_link(interface, other):
    address, _, prefix = interface.partition("/")
    first, second = (f"{parse_ipv4(each):032b}" for each in (address, other))
    return first[: int(prefix)] == second[: int(prefix)]


def can_talk(a, b):
    (first, left), (second, right) = a.split("/"), b.split("/")
    return on_link(f"{first}/{max(int(left), int(right))}", second)
