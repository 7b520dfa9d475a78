# misconception: none
def open_socket(kind):
    kind = kind.lower().strip()
    if kind == "tcp":
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if kind == "udp":
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if kind == "unix":
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    raise ValueError(kind)
