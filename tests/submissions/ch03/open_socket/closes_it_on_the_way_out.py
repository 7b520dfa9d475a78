# misconception: STR-43
def open_socket(kind):
    if kind == "tcp":
        family, type_ = socket.AF_INET, socket.SOCK_STREAM
    elif kind == "udp":
        family, type_ = socket.AF_INET, socket.SOCK_DGRAM
    elif kind == "unix":
        family, type_ = socket.AF_UNIX, socket.SOCK_STREAM
    else:
        raise ValueError(kind)
    with socket.socket(family, type_) as sock:
        return sock
