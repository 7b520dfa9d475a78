# misconception: STR-34
def free_port(kind="tcp"):
    sock = open_socket(kind)
    sock.bind(("127.0.0.1", 0))
    return sock.getsockname()[1]
