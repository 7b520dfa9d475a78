def free_port(kind="tcp"):
    type_ = socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM
    sock = socket.socket(socket.AF_INET, type_)
    try:
        sock.bind(("127.0.0.1", 0))
        _, port = sock.getsockname()
    finally:
        sock.close()
    return port
