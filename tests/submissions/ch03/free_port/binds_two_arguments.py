# misconception: UDP-01
def free_port(kind="tcp"):
    with open_socket(kind) as sock:
        sock.bind("127.0.0.1", 0)
        return sock.getsockname()[1]
