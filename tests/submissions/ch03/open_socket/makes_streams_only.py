# misconception: PRT-03
def open_socket(kind):
    if kind not in ("tcp", "udp", "unix"):
        raise ValueError(kind)
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    return socket.socket(family, socket.SOCK_STREAM)
