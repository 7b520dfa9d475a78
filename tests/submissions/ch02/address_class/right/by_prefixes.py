import ipaddress


def address_class(text):
    address = ipaddress.ip_address(text)
    for name, network in (
        ("E", "240.0.0.0/4"),
        ("D", "224.0.0.0/4"),
        ("C", "192.0.0.0/3"),
        ("B", "128.0.0.0/2"),
    ):
        if address in ipaddress.ip_network(network):
            return name
    return "A"
