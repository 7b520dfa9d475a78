def open_socket(kind):
    match kind:
        case "tcp":
            return socket.socket()
        case "udp":
            return socket.socket(type=socket.SOCK_DGRAM)
        case "unix":
            return socket.socket(socket.AF_UNIX)
        case other:
            raise ValueError(f"no kind of socket: {other}")
