# misconception: none
ports = {}


def free_port(kind="tcp"):
    if kind not in ports:
        with open_socket(kind) as sock:
            sock.bind(("127.0.0.1", 0))
            ports[kind] = sock.getsockname()[1]
    return ports[kind]
