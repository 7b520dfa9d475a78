# misconception: none
def free_port(kind="tcp"):
    with open_socket(kind) as sock:
        port = sock.getsockname()[1]
        sock.bind(("127.0.0.1", 0))
        return port
