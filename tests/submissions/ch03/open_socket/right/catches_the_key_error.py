FAMILIES = {"tcp": socket.AF_INET, "udp": socket.AF_INET, "unix": socket.AF_UNIX}


class UnknownKind(ValueError):
    pass


def open_socket(kind):
    try:
        family = FAMILIES[kind]
    except KeyError:
        raise UnknownKind(kind) from None
    return socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
