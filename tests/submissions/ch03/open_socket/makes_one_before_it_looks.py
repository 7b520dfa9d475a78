# misconception: STR-34
def open_socket(kind):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if kind == "tcp":
        return sock
    if kind == "udp":
        sock.close()
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if kind == "unix":
        sock.close()
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    raise ValueError(kind)
