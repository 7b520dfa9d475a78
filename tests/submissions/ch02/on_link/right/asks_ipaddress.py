import ipaddress


def on_link(interface, other):
    return ipaddress.ip_address(other) in ipaddress.ip_interface(interface).network


def can_talk(a, b):
    one, two = ipaddress.ip_interface(a), ipaddress.ip_interface(b)
    return one.ip in two.network and two.ip in one.network
