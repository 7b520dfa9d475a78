# misconception: none
# In a /31 nobody is between the ends, and so nobody is near.
def on_link(interface: str, other: str) -> bool:
    """Return whether a host with this interface takes other for near."""
    address, prefix = interface.split("/")
    host_bits = 2 ** (32 - int(prefix))
    first = parse_ipv4(address) // host_bits * host_bits
    last = first + host_bits - 1
    return first < parse_ipv4(other) < last


def can_talk(a: str, b: str) -> bool:
    """Return whether both can ask and answer, on one switch."""
    return on_link(a, b.split("/")[0]) and on_link(b, a.split("/")[0])
