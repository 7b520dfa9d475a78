# misconception: none
def open_socket(kind):
    if kind == "unix":
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if kind not in ("tcp", "udp"):
        raise ValueError(kind)
    type_ = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    sock = socket.socket(socket.AF_INET, type_)
    sock.bind(("127.0.0.1", 0))
    return sock
