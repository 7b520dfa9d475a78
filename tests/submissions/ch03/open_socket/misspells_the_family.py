# misconception: TXT-10
def open_socket(kind):
    if kind == "unix":
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if kind == "tcp":
        return socket.socket(socket.AF_INIT, socket.SOCK_STREAM)
    if kind == "udp":
        return socket.socket(socket.AF_INIT, socket.SOCK_DGRAM)
    raise ValueError(kind)
